package io.waybill.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Waybill as it is installed.
 *
 * @param home the folder with {@code waybill.jar} and {@code lib/}
 */
record Installation(Path home) {

    /** The configuration of Spark that says where it is on the driver's machine. */
    static final String HOME = "spark.waybill.home";

    /** Likewise on those of the executors, where it need not be sent to them. */
    static final String EXECUTOR_HOME = "spark.waybill.executor.home";

    private static final String JAR = "waybill.jar";

    /** The one that is configured, else the one that this jar lies in, in a folder beside {@code lib}. */
    static Installation ofDriver() {
        String configured = System.getProperty(HOME);
        Path home = configured == null ? ownJar().resolve("../..").normalize() : Path.of(configured);
        Installation found = new Installation(home);
        if (!found.isThere()) {
            throw new IllegalStateException("there is no " + JAR + " in " + home + "; spark-submit --conf " + HOME
                    + "=DIR says where Waybill is installed");
        }
        return found;
    }

    boolean isThere() {
        return Files.isRegularFile(home.resolve(JAR));
    }

    /** Its jar, and those of its libraries. */
    List<Path> jars() {
        List<Path> jars = new ArrayList<>();
        jars.add(home.resolve(JAR));
        try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
            libraries
                    .filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jars;
    }

    /** The jar of these classes, wherever Spark has put it. */
    static Path ownJar() {
        try {
            return Path.of(Installation.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A loader of jars, and of the one of these classes. */
    static WaybillLoader loader(List<Path> jars) {
        List<URL> urls = new ArrayList<>();
        try {
            for (Path jar : jars) {
                urls.add(jar.toUri().toURL());
            }
            urls.add(ownJar().toUri().toURL());
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
        return new WaybillLoader(urls, Installation.class.getClassLoader());
    }
}
