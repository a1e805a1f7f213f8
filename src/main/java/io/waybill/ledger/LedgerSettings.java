package io.waybill.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.WaybillException;
import io.waybill.rows.DataSources;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the ledger is: {@code waybill.ledger.*}, with the settings of a data source; without {@code url}, a file below {@code data}. */
public final class LedgerSettings {

    private static final String PREFIX = "waybill.ledger.";

    private static final Path FOLDER = Path.of("data");

    private static final Map<String, String> USUAL = Map.of("connection-timeout-ms", "5000", "maximum-pool-size", "4");

    private static final int REACHED_WITHIN_SECONDS = 5;

    private LedgerSettings() {}

    /**
     * Opens the ledger that settings name.
     *
     * @throws WaybillException when they are wrong, or its database cannot be reached
     */
    public static Ledger open(Map<String, String> settings, Clock clock) {
        if (!settings.containsKey("url")) {
            refuseLogin(settings);
            return Ledger.open(FOLDER.toAbsolutePath(), clock);
        }
        Map<String, String> all = new TreeMap<>(USUAL);
        all.putAll(settings);
        HikariDataSource source = DataSources.open("ledger", PREFIX, all);
        return Ledger.open(source, clock, source);
    }

    /**
     * Looks whether the server of a ledger answers that is not open; one that is a file has none.
     *
     * @throws WaybillException when the settings are wrong
     * @throws SQLException when it does not
     */
    public static void requireReachable(Map<String, String> settings) throws SQLException {
        if (settings.getOrDefault("url", "").contains("//")) {
            Map<String, String> all = new TreeMap<>(USUAL);
            all.putAll(settings);
            try (HikariDataSource source = DataSources.open("ledger", PREFIX, all);
                    Connection connection = source.getConnection()) {
                if (!connection.isValid(REACHED_WITHIN_SECONDS)) {
                    throw new SQLException("the connection is none");
                }
            }
        }
    }

    /** Whether it is a file, and there: to open it makes none, and may be cut off at any moment. */
    public static boolean isFileThere(Map<String, String> settings) {
        return !settings.containsKey("url") && LedgerFile.isIn(FOLDER);
    }

    /** Where it is, in words: a URL without what stands beside the place, which may be a password. */
    public static String place(Map<String, String> settings) {
        String url = settings.get("url");
        return url == null
                ? "a file in " + FOLDER.toAbsolutePath()
                : url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//");
    }

    /** A login without a URL is for another database than the file that would be taken. */
    private static void refuseLogin(Map<String, String> settings) {
        for (String key : List.of("username", "password", "driver", "schema")) {
            if (settings.containsKey(key)) {
                throw WaybillException.refusal(
                        "the ledger: " + PREFIX + key + " is set, and " + PREFIX + "url is missing");
            }
        }
    }
}
