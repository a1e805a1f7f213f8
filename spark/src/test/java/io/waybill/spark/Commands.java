package io.waybill.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Waybill's commands as processes of their own, in a folder: by the launcher's class path, and by {@code spark-submit}, whose own launcher says
 * what Java to start.
 *
 * @param folder with {@code routes/}
 * @param environment variables, the settings of data sources among them
 */
record Commands(Path folder, Map<String, String> environment) {

    static final Path HOME =
            Path.of(System.getProperty("waybill.home")).toAbsolutePath().normalize();

    private static final Path SPARK = Path.of(System.getProperty("spark.home")).toAbsolutePath();

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** A process that has ended. */
    record Ended(int exitCode, String out, String err) {}

    /** A process that has not, or may not have. */
    record Started(Process process, Path out, Path err) {

        Ended await() throws Exception {
            int exitCode = process.waitFor();
            return new Ended(exitCode, Files.readString(out), Files.readString(err));
        }
    }

    /** Waybill without Spark. */
    Ended waybill(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                HOME + "/waybill.jar:" + HOME + "/lib/*",
                "io.waybill.cli.Main"));
        command.addAll(List.of(arguments));
        return start(command).await();
    }

    /**
     * Waybill as the driver of an application of Spark's.
     *
     * @param master where its executors come from
     * @param configuration of Spark
     */
    Started submit(String master, Map<String, String> configuration, String... arguments) throws Exception {
        List<String> submit = new ArrayList<>(List.of("--master", master));
        configuration.forEach((key, value) -> {
            submit.add(key.startsWith("--") ? key : "--conf");
            submit.add(key.startsWith("--") ? value : key + "=" + value);
        });
        submit.addAll(List.of("--class", "io.waybill.spark.Main", HOME + "/lib-spark/waybill-spark.jar"));
        submit.addAll(List.of(arguments));
        return start(commandOf(submit));
    }

    /** What {@code bin/spark-class} does. */
    private List<String> commandOf(List<String> submit) throws Exception {
        List<String> launcher = new ArrayList<>(List.of(
                JAVA,
                "-cp",
                SPARK + "/jars/*",
                "org.apache.spark.launcher.Main",
                "org.apache.spark.deploy.SparkSubmit"));
        launcher.addAll(submit);
        Ended told = start(launcher).await();
        List<String> command = new ArrayList<>(List.of(told.out().strip().split("\0")));
        command.replaceAll(String::strip); // the first stands on a line of its own
        command.removeIf(String::isEmpty);
        return command;
    }

    private Started start(List<String> command) throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> own = builder.environment();
        own.put("SPARK_HOME", SPARK.toString());
        own.put("SPARK_SCALA_VERSION", "2.13");
        own.put("SPARK_LOCAL_IP", "127.0.0.1");
        own.put("SPARK_CONF_DIR", folder.toString());
        own.putAll(environment);
        return new Started(builder.start(), out, err);
    }

    /** A file of the folder, and those above it. */
    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
