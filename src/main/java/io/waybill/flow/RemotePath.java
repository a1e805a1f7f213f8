package io.waybill.flow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The path of a URI as a server may read it: clients decode what stands behind a percent sign, some of them twice. */
final class RemotePath {

    private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:");

    private static final Pattern ENCODED = Pattern.compile("%([0-7][0-9A-Fa-f])");

    private RemotePath() {}

    /** What stands between its scheme and its options, decoded as often as that can be done. */
    static String of(String uri) {
        String path = SCHEME.matcher(Delivery.beforeQuery(uri)).replaceFirst("");
        for (Matcher encoded = ENCODED.matcher(path); encoded.find(); encoded = ENCODED.matcher(path)) {
            path = encoded.replaceAll(
                    match -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(match.group(1), 16))));
        }
        return path;
    }
}
