/** Tests of the JDK HttpClient against a scripted engine and real loopback servers. */
package dev.weft.instrumentation.javahttp;
