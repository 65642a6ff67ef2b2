package dev.weft.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.weft.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  @ArchTest
  static final ArchRule theEngineUsesTheSeamTheModelResilience4jRe2jAndTheJdkOnly =
      classes()
          .that()
          .resideInAPackage("dev.weft.engine..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.weft.engine..",
              "dev.weft.bootstrap..",
              "dev.weft.model..",
              "io.github.resilience4j.bulkhead..",
              "com.google.re2j..",
              "org.jspecify..",
              "java..",
              "javax.net.ssl..");

  @ArchTest
  static final ArchRule featuresDoNotKnowTheEngineThatAssemblesThem =
      com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("dev.weft.engine.*..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.weft.engine.Engine");
}
