package io.waybill.cli;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Which server does it, where not this machine is to: said by an option, the environment, or the folder's settings. */
final class ServerOption {

    /** What says that nothing but this machine is meant, whatever else is set. */
    private static final String NONE = "none";

    private static final String URL = "waybill.server.url";
    private static final String TOKEN_FILE = "waybill.server.token-file";
    private static final String CA_FILE = "waybill.server.ca-file";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Have a server do it, of waybill serve; without it WAYBILL_SERVER and waybill.server.url say"
                    + " which, and none is this machine. WAYBILL_TOKEN has the token.")
    private String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "For --server: the file that has the token, instead of WAYBILL_TOKEN.")
    private String tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "For --server: certificates (PEM) that the server's is to be trusted by.")
    private String caFile;

    @Option(
            names = "--insecure",
            description =
                    "For --server: send the token over plain http to another machine, where all on the way can read it.")
    private boolean insecure;

    private Properties settings;

    /** Whether a server is to do it. */
    boolean isSet() {
        boolean is = url() != null;
        if (!is && (tokenFile != null || caFile != null || insecure)) {
            throw new WrongUsageException(
                    (tokenFile != null ? "--token-file" : caFile != null ? "--ca-file" : "--insecure")
                            + ": is for --server, and no server is named");
        }
        return is;
    }

    private String url() {
        String url = first(server, System.getenv("WAYBILL_SERVER"), setting(URL));
        return NONE.equals(url) ? null : url;
    }

    private static String first(String... values) {
        for (String value : values) {
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return null;
    }

    /** As it stands in application.properties: to open all that reads these would take longer than the call. */
    private String setting(String name) {
        String own = System.getProperty(name);
        if (own != null) {
            return own;
        }
        if (settings == null) {
            settings = new Properties();
            Path file = Path.of("application.properties");
            if (Files.isReadable(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    settings.load(reader);
                } catch (IOException | IllegalArgumentException e) {
                    throw new WrongUsageException("application.properties: cannot be read: " + e.getMessage());
                }
            }
        }
        return settings.getProperty(name);
    }

    /** @throws WrongUsageException where what is said of it is wrong */
    ServerClient client() {
        URI address = address(url());
        String token = token();
        if (token != null && !insecure && address.getScheme().equals("http") && !isThisMachine(address.getHost())) {
            throw new WrongUsageException(
                    "--server: " + address
                            + " is plain http, and all on the way could read the token; write https, or --insecure to send it so");
        }
        return new ServerClient(address, token, authorities());
    }

    /** By how it is written: who answers for a name is not asked. */
    private static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static URI address(String text) {
        String form = "; write for example https://waybill.example.com or http://127.0.0.1:8080";
        URI url;
        try {
            url = new URI(text.replaceFirst("/+$", ""));
        } catch (URISyntaxException e) {
            throw new WrongUsageException("--server: \"" + text + "\" is not an address" + form);
        }
        if (url.getUserInfo() != null) {
            throw new WrongUsageException("--server: names somebody; a token is said by WAYBILL_TOKEN or --token-file");
        }
        if (!List.of("http", "https").contains(String.valueOf(url.getScheme()))
                || url.getHost() == null
                || url.getQuery() != null
                || url.getFragment() != null) {
            throw new WrongUsageException("--server: \"" + text + "\" is not an address" + form);
        }
        return url;
    }

    private String token() {
        String file = first(tokenFile, System.getenv("WAYBILL_TOKEN") == null ? setting(TOKEN_FILE) : null);
        String token = file == null ? System.getenv("WAYBILL_TOKEN") : read("--token-file", file);
        if (token == null || token.isBlank()) {
            return null;
        }
        if (!token.strip().matches("[\\x21-\\x7E]+")) {
            throw new WrongUsageException((file == null ? "WAYBILL_TOKEN" : "--token-file: " + file)
                    + ": is not a token; it has blanks, or characters that are not ASCII");
        }
        return token.strip();
    }

    private String authorities() {
        String file = first(caFile, setting(CA_FILE));
        return file == null ? null : read("--ca-file", file);
    }

    private static String read(String option, String file) {
        try {
            return Files.readString(Workspace.userPath(file));
        } catch (IOException e) {
            throw new WrongUsageException(option + ": " + file + " cannot be read: "
                    + (e instanceof NoSuchFileException ? "there is none" : e.getMessage()));
        }
    }
}
