/** The application of the harm harness: it knows nothing of Weft. */
package dev.weft.smoke.harm.app;
