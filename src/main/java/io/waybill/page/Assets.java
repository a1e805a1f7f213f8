package io.waybill.page;

import io.waybill.facts.FileContent;
import io.waybill.server.Answer;
import io.waybill.server.Operation;
import io.waybill.server.Pages;
import io.waybill.server.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Style sheet and scripts, by names that change with what they hold: whoever has one need not ask again. */
final class Assets {

    private static final String CSS = "text/css; charset=utf-8";
    private static final String JS = "text/javascript; charset=utf-8";
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.8/dist/htmx.min.js";

    private final Map<String, Asset> byName = new LinkedHashMap<>();
    private final String css = add("waybill", "css", CSS, "/io/waybill/page/waybill.css");
    private final String js = add("waybill", "js", JS, "/io/waybill/page/waybill.js");
    private final String htmx = add("htmx", "js", JS, HTMX);
    private final String icon = add("icon", "svg", "image/svg+xml", "/io/waybill/page/icon.svg");

    private record Asset(String type, byte[] content) {}

    private String add(String name, String ending, String type, String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path of waybill serve");
            }
            byte[] content = in.readAllBytes();
            String hash = HexFormat.of().formatHex(FileContent.newSha256().digest(content), 0, 8);
            String full = name + "-" + hash + "." + ending;
            byName.put(full, new Asset(type, content));
            return Pages.ASSETS + full;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String css() {
        return css;
    }

    String js() {
        return js;
    }

    String htmx() {
        return htmx;
    }

    String icon() {
        return icon;
    }

    Operation operation() {
        return Operation.page(
                "getAsset", Pages.ASSETS + "{name}", null, "A style sheet or a script of the pages.", call -> {
                    Asset asset = byName.get(call.variable("name"));
                    if (asset == null) {
                        throw Refused.notFound("there is no such file");
                    }
                    return new Answer(200, asset.type(), asset.content(), Map.of())
                            .with("Cache-Control", "public, max-age=31536000, immutable");
                });
    }
}
