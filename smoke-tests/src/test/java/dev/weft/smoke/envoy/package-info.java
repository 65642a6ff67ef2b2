/** Weft's JVMs and a real Envoy that is configured as Istio configures its sidecars. */
package dev.weft.smoke.envoy;
