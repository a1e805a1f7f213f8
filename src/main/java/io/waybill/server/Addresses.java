package io.waybill.server;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.ledger.RunTotal;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;

/**
 * What messages must not tell of where the settings lead. A driver and an HTTP client say in words of their own whom they could not reach: by
 * the name that an administrator has set, by the address behind it, or by where a server has sent them.
 *
 * @param hosts the names of servers that the settings have, the longest first
 * @param secrets what proves who we are to these, the longest first
 */
record Addresses(List<String> hosts, List<String> secrets) {

    private static final String HIDDEN = "…";

    /** Shorter ones may be a part of any word. */
    private static final int LEAST_SECRET = 6;

    /** Where a setting names servers: behind the slashes, or the @, of a URL; or as Oracle's descriptors do. */
    private static final Pattern SERVERS =
            Pattern.compile("(?://|@)([^/?;()\\s@]+)(?=[/?;\\s]|$)|HOST\\s*=\\s*([^)\\s]+)");

    private static final String PORT = "(?::\\d{1,5})?";

    private static final String FOUR = "(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?!\\.?\\w)";

    /** In brackets, or all eight groups: a cast of SQL, and a time, is neither. */
    private static final String SIX =
            "\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\\w+)?]|(?<![\\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?:%\\w+)?";

    /** With what Java writes before it: {@code localhost/127.0.0.1}. */
    private static final Pattern NUMBERS = Pattern.compile("/?(?:" + FOUR + "|" + SIX + ")" + PORT);

    /** A name of several parts with a port; a file with the number of a line is none. */
    private static final Pattern WITH_PORT = Pattern.compile(
            "(?<![\\w./-])(?:localhost|[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.(?!toml|ya?ml|xml|properties|sql|json|csv)[A-Za-z][A-Za-z0-9-]*):\\d{2,5}(?!\\d)");

    private static final Pattern WEB = Pattern.compile("(?<=https?://)[^/\\s\"'<>\\]),;]+");

    /** What stands before a name that is a word by itself, where it is meant as a server. */
    private static final String AS_SERVER = "(?<=//|@|[Hh]ost |[Hh]ost \"|[Ss]erver )";

    Addresses {
        hosts = List.copyOf(hosts);
        secrets = List.copyOf(secrets);
    }

    /** Those of a context, found anew once its settings have changed: each text of an answer is looked at. */
    static final class Kept {

        private final CamelContext context;
        private volatile Addresses found;
        private volatile long changes;

        Kept(CamelContext context) {
            this.context = context;
        }

        Addresses now() {
            long now = Settings.of(context).changes();
            Addresses known = found;
            if (known == null || changes != now) {
                known = of(context);
                found = known;
                changes = now;
            }
            return known;
        }
    }

    /** Those of a context's settings and of its data sources. */
    static Addresses of(CamelContext context) {
        Settings settings = Settings.of(context);
        Set<String> hosts = new TreeSet<>();
        Set<String> secrets = new TreeSet<>();
        try {
            for (String name : settings.connections()) {
                if (RunTotal.isCall(name)) {
                    continue; // a caller's own, of whom nothing is kept
                }
                Map<String, String> values = settings.connection(name);
                values.forEach((key, value) -> hosts.addAll(key.equals("host") ? List.of(value) : servers(value)));
                secrets.addAll(secrets(SettingsTable.ofConnection(values.get("type")), values));
            }
            List<Map<String, String>> databases = new ArrayList<>(List.of(settings.ledger()));
            settings.dataSources().forEach(name -> databases.add(settings.dataSource(name)));
            for (Map<String, String> values : databases) {
                hosts.addAll(servers(values.getOrDefault("url", "")));
                secrets.addAll(secrets(SettingsTable.DATA_SOURCE, values));
            }
        } catch (WaybillException e) {
            // settings that are refused lead nowhere
        }
        for (DataSource bean : context.getRegistry().findByType(DataSource.class)) {
            if (bean instanceof HikariDataSource pool && pool.getJdbcUrl() != null) {
                hosts.addAll(servers(pool.getJdbcUrl()));
            }
        }
        hosts.removeIf(host -> host.isBlank() || host.matches("[\\d.:\\[\\]]*"));
        secrets.removeIf(secret -> secret.length() < LEAST_SECRET);
        return new Addresses(longestFirst(hosts), longestFirst(secrets));
    }

    private static List<String> longestFirst(Set<String> texts) {
        return texts.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static List<String> secrets(List<Key<?>> settings, Map<String, String> values) {
        return settings.stream()
                .filter(setting ->
                        setting.isSecret() && !setting.name().equals("url") && values.containsKey(setting.name()))
                .map(setting -> values.get(setting.name()))
                .toList();
    }

    /** The servers that a text names, each without its port, and without who one is there. */
    static Set<String> servers(String text) {
        Set<String> servers = new LinkedHashSet<>();
        Matcher found = SERVERS.matcher(text);
        while (found.find()) {
            String all = found.group(1) == null ? found.group(2) : found.group(1);
            Arrays.stream(all.split(","))
                    .map(each -> each.replaceFirst("(?<=[^:]):.*", ""))
                    .filter(each -> each.matches("[A-Za-z0-9._-]+"))
                    .forEach(servers::add);
        }
        return servers;
    }

    /**
     * What a message says without them.
     *
     * @param given what who is told has given themselves, or may see: it may be said again
     */
    String without(String message, Supplier<String> given) {
        Predicate<String> isKnown =
                text -> given.get().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
        String told = withoutSecrets(message, isKnown);
        for (String host : hosts) {
            if (told.contains(host) && !isKnown.test(host)) {
                told = replaced(told, host, host.contains("."));
            }
        }
        told = hide(WITH_PORT, told, isKnown);
        told = hide(WEB, told, isKnown);
        return hide(NUMBERS, told, isKnown);
    }

    /** What a text that is no message says without the servers of the settings: a place of files, say, or SQL. */
    String withoutServers(String text, Supplier<String> given) {
        String told = withoutSecrets(text, secret -> given.get().contains(secret));
        for (String host : hosts) {
            if (told.contains(host) && !given.get().contains(host)) {
                told = told.replaceAll("(?<=//|@)" + Pattern.quote(host) + PORT + "(?![\\w.-])", HIDDEN);
            }
        }
        return told;
    }

    private String withoutSecrets(String text, Predicate<String> isKnown) {
        String told = text;
        for (String secret : secrets) {
            if (told.contains(secret) && !isKnown.test(secret)) {
                told = told.replace(secret, HIDDEN);
            }
        }
        return told;
    }

    /** @param isLong whether it is a server's wherever it stands, also behind the name of a bucket */
    private static String replaced(String text, String host, boolean isLong) {
        String quoted = Pattern.quote(host);
        return isLong
                ? text.replaceAll("(?<![\\w-])(?:[\\w-]+\\.)*" + quoted + PORT + "(?![\\w-]|\\.\\w)", HIDDEN)
                : text.replaceAll(
                        AS_SERVER + quoted + PORT + "(?![\\w-])|(?<![\\w.-])" + quoted + "(?::\\d{1,5}|(?=/))", HIDDEN);
    }

    private static String hide(Pattern what, String text, Predicate<String> isKnown) {
        return what.matcher(text).replaceAll((MatchResult found) -> {
            String name = found.group().replaceFirst("^/", "");
            return isKnown.test(name) || isKnown.test(name.replaceFirst("(?<=[^:]):\\d+$", ""))
                    ? Matcher.quoteReplacement(found.group())
                    : (found.group().startsWith("/") ? "/" : "") + HIDDEN;
        });
    }
}
