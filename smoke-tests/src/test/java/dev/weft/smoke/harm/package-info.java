/**
 * Do no harm: the same application run with and without the agent must be told apart by nothing
 * that it can observe.
 *
 * <p>{@link dev.weft.smoke.harm.app.HarmApp} is the application, {@link
 * dev.weft.smoke.harm.HarmServer} what it talks to, {@link dev.weft.smoke.harm.app.Shape} the
 * requests.
 */
package dev.weft.smoke.harm;
