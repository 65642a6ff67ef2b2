/** Clusters at run time: which endpoints there are and which one is next. */
@NullMarked
package dev.weft.engine.lb;

import org.jspecify.annotations.NullMarked;
