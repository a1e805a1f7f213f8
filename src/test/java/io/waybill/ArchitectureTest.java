package io.waybill;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The folders' directions: cli -> page -> server -> route.step -> route -> run -> those in the middle -> flow, and no arrow back. */
@AnalyzeClasses(packages = "io.waybill", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli")
            .definedBy("io.waybill.cli..")
            .layer("page")
            .definedBy("io.waybill.page..")
            .layer("server")
            .definedBy("io.waybill.server..")
            .layer("telemetry")
            .definedBy("io.waybill.telemetry..")
            .layer("step")
            .definedBy("io.waybill.route.step..")
            .layer("route")
            .definedBy("io.waybill.route")
            .layer("run")
            .definedBy("io.waybill.run..")
            .layer("ledger")
            .definedBy("io.waybill.ledger..")
            .layer("delivery")
            .definedBy("io.waybill.delivery..")
            .layer("part")
            .definedBy("io.waybill.part..")
            .layer("contract")
            .definedBy("io.waybill.contract..")
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
            .layer("database")
            .definedBy("io.waybill.database..")
            .layer("settings")
            .definedBy("io.waybill.settings..")
            .layer("form")
            .definedBy("io.waybill.form..")
            .layer("flow")
            .definedBy("io.waybill.flow..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("page")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("telemetry")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("form")
            .mayOnlyBeAccessedByLayers("page")
            .whereLayer("server")
            .mayOnlyBeAccessedByLayers("page", "cli")
            .whereLayer("step")
            .mayOnlyBeAccessedByLayers("cli", "server", "page", "telemetry")
            .whereLayer("route")
            .mayOnlyBeAccessedByLayers("step", "cli", "server", "page", "telemetry")
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("route", "step", "cli", "server", "page", "telemetry")
            // the middle meets in run and route, and in the value types of rows and flow
            .whereLayer("ledger")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("part")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("contract")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("format")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("query")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("database")
            .mayOnlyBeAccessedByLayers(
                    "query", "rows", "feed", "ledger", "run", "route", "step", "cli", "server", "page", "telemetry")
            .whereLayer("feed")
            .mayOnlyBeAccessedByLayers("run", "route", "step", "cli", "server", "page", "telemetry");

    @ArchTest
    static final ArchRule FLOW_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.waybill.flow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.waybill.database..",
                    "io.waybill.rows..",
                    "io.waybill.query..",
                    "io.waybill.run..",
                    "io.waybill.route..",
                    "org.apache.camel..");

    /** Whoever measures, keeps or tells facts knows them. */
    @ArchTest
    static final ArchRule FACTS_KNOW_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.waybill.facts..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.waybill..").and(resideOutsideOfPackage("io.waybill.facts..")));

    @ArchTest
    static final ArchRule WHAT_ALL_SHARE_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.waybill")
            .should()
            .dependOnClassesThat(resideInAPackage("io.waybill..").and(resideOutsideOfPackage("io.waybill")));

    @ArchTest
    static final ArchRule DATABASES_KNOW_FLOW_ALONE = classes()
            .that()
            .resideInAPackage("io.waybill.database..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.waybill.database..",
                    "io.waybill.flow..",
                    "io.waybill",
                    "java..",
                    "com.fasterxml.jackson.core..",
                    "org.postgresql..");

    /** Beside its database's own class, COPY is read by classes of {@code rows}, and a ledger has a database of its own. */
    @ArchTest
    static final ArchRule DRIVERS_ARE_KNOWN_TO_THEIR_DATABASE = noClasses()
            .that()
            .resideOutsideOfPackages("io.waybill.database..", "io.waybill.ledger..")
            .and()
            .haveSimpleNameNotStartingWith("Copy")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.postgresql..", "org.mariadb..", "com.mysql..", "org.h2..", "org.sqlite..", "org.duckdb..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.waybill.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule RUNS_KNOW_NO_ROUTES = noClasses()
            .that()
            .resideInAPackage("io.waybill.run..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule ROWS_KNOW_NO_LEDGER = noClasses()
            .that()
            .resideInAPackage("io.waybill.rows..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.waybill.ledger..");

    @ArchTest
    static final ArchRule A_DESTINATION_KNOWS_NO_OTHER =
            slices().matching("io.waybill.delivery.(*)..").should().notDependOnEachOther();

    /** The core of delivery finds its kinds in a list. */
    @ArchTest
    static final ArchRule THE_CORE_OF_DELIVERY_KNOWS_NO_DESTINATION = noClasses()
            .that()
            .resideInAPackage("io.waybill.delivery")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.waybill.delivery.*..", "com.jcraft..", "org.apache.commons.net..", "jakarta.mail..");

    @ArchTest
    static final ArchRule VALUES_KNOW_NOTHING_OF_THEIR_FILES = noClasses()
            .that()
            .resideInAPackage("io.waybill.flow")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.waybill.flow.toml..", "org.tomlj..");

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
                    "io.waybill.run..",
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

    /** What takes the machine's locale, time zone or charset where none is said. */
    private static final Set<String> MACHINE_DEFAULTS = Set.of(
            "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
            "java.lang.String.formatted([Ljava.lang.Object;)",
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.lang.String.getBytes()",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.io.ByteArrayOutputStream.toString()",
            "java.io.FileReader.<init>(java.lang.String)",
            "java.io.FileReader.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.io.File, boolean)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintStream.format(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.format(java.lang.String, [Ljava.lang.Object;)",
            "java.util.Scanner.<init>(java.io.InputStream)",
            "java.util.Formatter.<init>()",
            "java.util.Formatter.<init>(java.lang.Appendable)",
            "java.util.Locale.getDefault()",
            "java.util.Locale.getDefault(java.util.Locale$Category)",
            "java.util.TimeZone.getDefault()",
            "java.util.Calendar.getInstance()",
            "java.text.SimpleDateFormat.<init>(java.lang.String)",
            "java.text.DecimalFormat.<init>(java.lang.String)",
            "java.text.NumberFormat.getInstance()",
            "java.text.MessageFormat.format(java.lang.String, [Ljava.lang.Object;)",
            "java.nio.charset.Charset.defaultCharset()",
            "java.time.ZoneId.systemDefault()",
            "java.time.Clock.systemDefaultZone()",
            "java.time.LocalDate.now()",
            "java.time.LocalTime.now()",
            "java.time.LocalDateTime.now()",
            "java.time.OffsetDateTime.now()",
            "java.time.ZonedDateTime.now()",
            "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
            "java.time.format.DateTimeFormatterBuilder.toFormatter()");

    @ArchTest
    static final ArchRule NO_LOCALE_ZONE_OR_CHARSET_OF_THE_MACHINE = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Configurer") // made by Camel's plugin
            .should()
            .callCodeUnitWhere(new DescribedPredicate<JavaCall<?>>("the machine's locale, zone or charset is taken") {
                @Override
                public boolean test(JavaCall<?> call) {
                    return MACHINE_DEFAULTS.contains(call.getTarget().getFullName());
                }
            });

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
