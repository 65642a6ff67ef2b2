package dev.weft.instrumentation.testing;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Weaves these modules with our own loader, once per JVM, before the first test of the class. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(WovenLibrary.class)
public @interface Woven {
  /** Modules with a public constructor that takes nothing. */
  Class<? extends InstrumentationModule>[] value();
}
