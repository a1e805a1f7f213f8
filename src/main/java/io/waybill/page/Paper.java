package io.waybill.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Caller;
import io.waybill.server.FormSeal;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What pages are printed on: templates, what stands around each page, and the headers that keep it what it is. */
final class Paper {

    /** Nothing but what this server has sent, and nothing of it written into a page by somebody else. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Inside inside;
    private final Assets assets = new Assets();
    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(null, ContentType.Html, null, "io.waybill.page");

    Paper(Inside inside) {
        this.inside = inside;
    }

    Assets assets() {
        return assets;
    }

    /** A page, shown. */
    Answer page(Call call, String template, Place here, String title, Map<String, Object> shown) {
        return page(call, 200, template, here, title, shown);
    }

    /**
     * A page.
     *
     * @param template its name, without its ending; it has a parameter {@code shell}
     * @param shown the template's other parameters
     */
    Answer page(Call call, int status, String template, Place here, String title, Map<String, Object> shown) {
        FormSeal seal = FormSeal.of(call);
        Map<String, Object> parameters = new HashMap<>(shown);
        parameters.put("shell", shell(call.caller(), here, title, seal));
        return seal.on(printed(status, template, parameters), call);
    }

    /** A part of a page, which a script puts where it belongs. */
    Answer part(String template, Map<String, Object> shown) {
        return printed(200, template, shown);
    }

    private Answer printed(int status, String template, Map<String, Object> parameters) {
        StringOutput output = new StringOutput();
        engine.render(template + ".jte", parameters, output);
        return Answer.text(status, Operation.HTML, output.toString())
                .with("Content-Security-Policy", POLICY)
                // without any, a browser would not say of which page a form is
                .with("Referrer-Policy", "same-origin")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
    }

    private Shell shell(Caller caller, Place here, String title, FormSeal seal) {
        boolean known = !caller.grants().isEmpty();
        List<Place> places = Place.ALL.stream()
                .filter(place -> known && (!place.isOfAdmin() || caller.mayEverywhere(Role.ADMIN)))
                .toList();
        String who = caller.name();
        return new Shell(
                title,
                here,
                places,
                known ? who : null,
                known && caller.id() != null,
                seal.value(),
                assets.css(),
                assets.js(),
                assets.htmx(),
                assets.icon());
    }

    /** Has the browser go on to another page. */
    static Answer goTo(String path) {
        return Answer.empty(303).with("Location", path);
    }
}
