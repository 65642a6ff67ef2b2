package dev.weft.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.weft.control", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
  private static final String CONTROL = "dev.weft.control.";

  @ArchTest
  static final ArchRule sourceKnowsNothingOfWhatIsMadeOfIt =
      noClasses()
          .that()
          .resideInAPackage(CONTROL + "source..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CONTROL + "compile..",
              CONTROL + "serve..",
              CONTROL + "register..",
              CONTROL + "rest..",
              CONTROL + "cli..");

  @ArchTest
  static final ArchRule compilingKnowsNothingOfServing =
      noClasses()
          .that()
          .resideInAPackage(CONTROL + "compile..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CONTROL + "serve..", CONTROL + "rest..", CONTROL + "cli..", "io.grpc..");

  @ArchTest
  static final ArchRule servingKnowsNothingOfRestAndCommandLine =
      noClasses()
          .that()
          .resideInAPackage(CONTROL + "serve..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONTROL + "rest..", CONTROL + "cli..", CONTROL + "page..");

  @ArchTest
  static final ArchRule envoysMessagesStopAtCompileAndServe =
      noClasses()
          .that()
          .resideOutsideOfPackages(CONTROL + "compile..", CONTROL + "serve..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.envoyproxy..");
}
