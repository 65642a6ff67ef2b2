/**
 * Tests of the woven HttpClient 5. Their package differs from the module's: classes of that one are
 * helpers and live in a class loader of their own.
 */
@NullMarked
package dev.weft.instrumentation.httpclient5test;

import org.jspecify.annotations.NullMarked;
