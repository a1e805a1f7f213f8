package io.waybill.server;

import io.waybill.facts.FileContent;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** By what callers have proved who they are, by its hashes: these need not wait where others of their address guess. */
final class Proved {

    private static final int MOST_REMEMBERED = 10_000;

    private final Map<String, Boolean> hashes = new Remembered<>(MOST_REMEMBERED);

    private static String hash(String secret) {
        return HexFormat.of().formatHex(FileContent.newSha256().digest(secret.getBytes(StandardCharsets.UTF_8)));
    }

    synchronized boolean has(String secret) {
        return hashes.get(hash(secret)) != null;
    }

    synchronized void add(String secret) {
        hashes.put(hash(secret), true);
    }

    synchronized void remove(String secret) {
        hashes.remove(hash(secret));
    }
}
