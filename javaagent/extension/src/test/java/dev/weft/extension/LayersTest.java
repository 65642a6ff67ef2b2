package dev.weft.extension;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.weft.extension",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  @ArchTest
  static final ArchRule openTelemetryAndMicrometerStayInTelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.weft.extension.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..", "io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule nothingKnowsTheWireFormat =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.google.protobuf..", "io.grpc..", "io.envoyproxy..", "dev.weft.wire..");

  @ArchTest
  static final ArchRule noLoggingLibraryIsTouched =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "org.slf4j..");

  @ArchTest
  static final ArchRule configurationKnowsNothingOfWhatItConfigures =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.extension.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.weft.extension",
              "dev.weft.extension.admin..",
              "dev.weft.extension.join..",
              "dev.weft.extension.probe..",
              "dev.weft.extension.telemetry..",
              "dev.weft.engine..");
}
