/**
 * Connects one JVM to a control plane: configuration in, facts and status out, identity renewed.
 *
 * <p>{@link dev.weft.client.ControlClient} is the only entrance. It owns one background thread;
 * neither gRPC nor protobuf is loaded before that thread runs, and none of their types leave this
 * module.
 */
@NullMarked
package dev.weft.client;

import org.jspecify.annotations.NullMarked;
