package io.waybill.delivery;

import static io.waybill.settings.Setting.milliseconds;
import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import io.waybill.flow.Key;
import java.util.List;
import java.util.stream.Stream;

/** Settings that connections of several types have. */
public final class CommonSettings {

    /** Where a server is, and who we are. */
    public static final List<Key<?>> LOGIN = List.of(
            text("host", "where the URI does not say"),
            number("port", 1, 65_535, "", "where the URI does not say"),
            text("username", "who we are").option("username"),
            text("password", "").secret().option("password"));

    public static final Key<String> CONNECT_TIMEOUT = milliseconds(
                    "connect-timeout-ms", "how long a connection is waited for")
            .option("connectTimeout");

    public static final Key<String> TIMEOUT = milliseconds("timeout-ms", "how long an answer is waited for")
            .option("soTimeout")
            .otherwise("300000");

    public static final Key<String> UPLOAD_AHEAD = number(
                    "upload-ahead",
                    -1,
                    Long.MAX_VALUE,
                    "bytes",
                    "files of at least so many bytes are sent while the next ones are written; -1 for none")
            .option("uploadAhead")
            .otherwise("5242880");

    public static final Key<String> TRUST_STORE = text(
                    "trust-store", "PKCS #12 or JKS: whose certificates are trusted, instead of those that Java trusts")
            .ofTheStart();

    public static final Key<String> TRUST_STORE_PASSWORD =
            text("trust-store-password", "").secret().ofTheStart();

    private CommonSettings() {}

    /** The settings of two lists. */
    public static List<Key<?>> join(List<Key<?>> some, List<Key<?>> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
