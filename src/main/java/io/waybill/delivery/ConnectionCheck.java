package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * Tries a connection out, as a delivery would use it: logs in, writes a small file, replaces it, reads it back and removes it; what
 * is there already is not touched. A mail server is logged in to and sent nothing; an HTTP server is asked nothing but whether it
 * is there, and a stream of records is looked at.
 */
public final class ConnectionCheck {

    private final CamelContext context;
    private final List<Finding> findings = new ArrayList<>();

    public ConnectionCheck(CamelContext context) {
        this.context = context;
    }

    /**
     * What was tried.
     *
     * @param what what it was, in words
     * @param problem why it did not go well; null where it did
     */
    public record Finding(String what, String problem) {

        public boolean isGood() {
            return problem == null;
        }
    }

    /**
     * Tries a delivery out.
     *
     * @param delivery its place; files are written to the folder before the first variable
     * @return what was tried, in its order; after the first that fails, nothing more is
     */
    public List<Finding> run(Delivery delivery) {
        findings.clear();
        if (!Connection.isFor(delivery)) {
            throw new IllegalArgumentException(delivery.uri().text() + " has no connection");
        }
        new Destinations(context).tlsBean(delivery).forEach(this::bind);
        CamelKind.of(delivery).check(this, delivery);
        return List.copyOf(findings);
    }

    public CamelContext context() {
        return context;
    }

    /** The endpoint that a delivery goes to. */
    public String endpoint(Delivery delivery) {
        return new Destinations(context).endpoint(delivery);
    }

    /** Whom the connection trusts, as a flow's routes would have it. */
    private void bind(String name, Map<String, Object> properties) {
        BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
        bean.setName(name);
        bean.setType("#class:" + SSLContextParameters.class.getName());
        bean.setProperties(properties);
        try {
            context.getRegistry().unbind(name);
            context.getRegistry().bind(name, BeanModelHelper.newInstance(bean, context));
        } catch (Exception e) {
            throw WaybillException.refusal(name + ": " + DeliveryFailure.reason(e), e);
        }
    }

    /** A delivery of the same place whose files lie in the folder before the first variable. */
    private static Delivery folderOf(Delivery delivery) {
        String folder = delivery.path().fixedDirectory();
        String uri = delivery.scheme() + ":" + (delivery.authority().isEmpty() ? "" : "//" + delivery.authority() + "/")
                + folder
                + (delivery.query().isEmpty() ? "" : "?" + delivery.query());
        return new Delivery(
                delivery.id(),
                new PathTemplate(uri),
                delivery.connection(),
                IfExists.OVERWRITE,
                Map.of(),
                delivery.options());
    }

    /**
     * Tries something.
     *
     * @param step answers more about it; empty for nothing
     * @return whether it went well
     */
    public boolean step(String what, Callable<String> step) {
        try {
            String more = step.call();
            findings.add(new Finding(more.isEmpty() ? what : what + ": " + more, null));
            return true;
        } catch (Exception e) {
            findings.add(new Finding(what, DeliveryFailure.reason(e)));
            return false;
        }
    }

    /** Tries a place out that keeps files. */
    void store(Delivery given) {
        Delivery delivery = folderOf(given);
        Destinations destinations = new Destinations(context);
        RemoteDestination place = (RemoteDestination) destinations.open(delivery);
        String name = "waybill-check-" + UUID.randomUUID() + ".tmp";
        if (!step("logs in", () -> {
            try (FileStore store = place.open()) {
                store.size(name);
                return place.place();
            }
        })) {
            return;
        }
        byte[] content = content("two");
        if (step("writes a file", () -> write(place, name, content("one")))
                && step("replaces it", () -> write(place, name, content))) {
            step("reads it back", () -> {
                byte[] found = place.read(name, InputStream::readAllBytes);
                if (!Arrays.equals(found, content)) {
                    throw new IOException(difference(content, found, CamelKind.of(delivery)));
                }
                return "";
            });
        }
        step("removes it", () -> {
            try (FileStore store = place.open()) {
                store.sweep(name, Transfer.first("check"));
                store.delete(name);
                return store.size(name) < 0 ? "" : "it is still there";
            }
        });
    }

    /** What a server that takes it for text, or for something else than it is, does not keep as it is. */
    private static byte[] content(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((text + "\r\n\n\r\r\n \u0000\u001a\u00e4\ufeff\r").getBytes(StandardCharsets.UTF_8));
        for (int octet = 0; octet < 256; octet++) {
            bytes.write(octet);
        }
        return bytes.toByteArray();
    }

    private static String difference(byte[] sent, byte[] found, CamelKind kind) {
        if (found == null) {
            return "it is not there";
        }
        int at = Arrays.mismatch(sent, found);
        return "it has " + found.length + " bytes, and was sent with " + sent.length
                + "; the first that differs is number " + (at + 1) + ": " + kind.changing(found);
    }

    /** By the endpoint that a delivery goes to. */
    private String write(RemoteDestination place, String name, byte[] content) throws Exception {
        Path file = Files.createTempFile("waybill-check", "");
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Files.write(file, content);
            Exchange sent = template.send(place.endpoint(), exchange -> {
                exchange.getMessage().setHeader(FileConstants.FILE_NAME, name);
                exchange.getMessage()
                        .setHeader(Transfer.HEADER, Transfer.first("check").token());
                exchange.getMessage().setBody(file.toFile());
            });
            if (sent.getException() != null) {
                throw sent.getException();
            }
            return "";
        } finally {
            Files.delete(file);
        }
    }
}
