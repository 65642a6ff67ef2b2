package dev.weft.client.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Where foreign types may be. */
@AnalyzeClasses(packages = "dev.weft", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
  private static final String[] WIRE = {
    "io.grpc..", "com.google..", "io.envoyproxy..", "dev.weft.wire.."
  };

  @ArchTest
  static final ArchRule theModelIsJdkOnly =
      classes()
          .that()
          .resideInAPackage("dev.weft.model..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.weft.model..", "org.jspecify..");

  @ArchTest
  static final ArchRule theDiskFormatNeedsNothingButTheModel =
      classes()
          .that()
          .resideInAPackage("dev.weft.client.disk..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "dev.weft.model..", "dev.weft.client.disk..", "org.jspecify..");

  @ArchTest
  static final ArchRule whatOthersCallLoadsNoWireTypes =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.client")
          .and()
          .arePublic()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WIRE);

  @ArchTest
  static final ArchRule bouncyCastleStaysInTheServerAndTheTests =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule nothingLogsByItself =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "org.slf4j..");
}
