package io.waybill.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Starts Camel's command line, as its launcher does: with a class path of its own, which has nothing of Waybill's. That is why its class
 * is found by its name.
 */
final class CamelCli {

    private CamelCli() {}

    public static void main(String[] arguments) throws Exception {
        Class.forName("org.apache.camel.dsl.jbang.core.commands.CamelJBangMain")
                .getMethod("run", String[].class)
                .invoke(null, (Object) arguments);
    }

    /** Its class path, with this class alone beside. */
    static String classPath(Path ofCamel) throws IOException {
        Path alone = Files.createDirectories(Path.of("target/camel-cli").toAbsolutePath());
        Path file = alone.resolve(CamelCli.class.getName().replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        try (var own = CamelCli.class.getResourceAsStream("CamelCli.class")) {
            Files.copy(own, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return String.join(
                File.pathSeparator,
                Arrays.asList(alone.toString(), Files.readString(ofCamel).strip()));
    }
}
