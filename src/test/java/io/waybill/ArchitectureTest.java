package io.waybill;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The folders' directions: cli -> route -> the seven in the middle -> flow, and no arrow back. */
@AnalyzeClasses(packages = "io.waybill", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli")
            .definedBy("io.waybill.cli..")
            .layer("server")
            .definedBy("io.waybill.server..")
            .layer("route")
            .definedBy("io.waybill.route..")
            .layer("ledger")
            .definedBy("io.waybill.ledger..")
            .layer("delivery")
            .definedBy("io.waybill.delivery..")
            .layer("part")
            .definedBy("io.waybill.part..")
            .layer("format")
            .definedBy("io.waybill.format..")
            .layer("privacy")
            .definedBy("io.waybill.privacy..")
            .layer("feed")
            .definedBy("io.waybill.feed..")
            .layer("query")
            .definedBy("io.waybill.query..")
            .layer("rows")
            .definedBy("io.waybill.rows..")
            .layer("settings")
            .definedBy("io.waybill.settings..")
            .layer("flow")
            .definedBy("io.waybill.flow..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("server")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("route")
            .mayOnlyBeAccessedByLayers("cli", "server")
            // the middle meets in route, and in the value types of rows and flow
            .whereLayer("ledger")
            .mayOnlyBeAccessedByLayers("route", "cli", "server")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("route", "cli", "server")
            .whereLayer("part")
            .mayOnlyBeAccessedByLayers("route", "cli", "server")
            .whereLayer("format")
            .mayOnlyBeAccessedByLayers("route", "cli", "server")
            .whereLayer("query")
            .mayOnlyBeAccessedByLayers("route", "cli", "server");

    @ArchTest
    static final ArchRule FLOW_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.waybill.flow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.waybill.rows..", "io.waybill.query..", "io.waybill.route..", "org.apache.camel..");

    @ArchTest
    static final ArchRule SETTINGS_KNOW_NOTHING_OF_THEIR_USE = noClasses()
            .that()
            .resideInAPackage("io.waybill.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.waybill.rows..",
                    "io.waybill.delivery..",
                    "io.waybill.ledger..",
                    "io.waybill.route..",
                    "io.waybill.cli..");

    @ArchTest
    static final ArchRule FILES_ARE_WRITTEN_WITHOUT_HADOOP =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.hadoop..");

    @ArchTest
    static final ArchRule NO_UTILS = classes()
            .should()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager");

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
