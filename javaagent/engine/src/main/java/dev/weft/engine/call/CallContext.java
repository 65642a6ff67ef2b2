package dev.weft.engine.call;

import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.tls.Identities;

/**
 * What all calls of an engine share.
 *
 * @param graceEndNanos until then a call that needs an identity waits for the first one
 */
public record CallContext(EngineEnvironment env, Identities identities, long graceEndNanos) {}
