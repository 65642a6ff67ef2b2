/**
 * Makes {@code weft-agent.jar} and {@code weft-extension.jar} from the class path of this module:
 * finds what is reachable, relocates what is carried, merges services, keeps licences, writes the
 * module index. Build-time code; none of it is in the jars.
 */
@NullMarked
package dev.weft.agent.packaging;

import org.jspecify.annotations.NullMarked;
