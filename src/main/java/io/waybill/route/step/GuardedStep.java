package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Form;
import io.waybill.route.FlowSteps;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * A step that may publish files. Where it is the one that does, it gets the file that was staged, and no other; a file that may be moved
 * is moved by this step alone; and what it has done is on record, so that a run which lacks a file never ends as done.
 */
final class GuardedStep extends DelegateAsyncProcessor {

    private final CamelContext context;
    private final ProcessorDefinition<?> step;

    /** Where it leads: by the properties that Camel makes its endpoint of, whatever they are later; it may hold secrets. */
    private final String endpoint;

    GuardedStep(CamelContext context, ProcessorDefinition<?> step, Processor target) {
        super(target);
        this.context = context;
        this.step = step;
        this.endpoint = resolved(context, FlowSteps.endpointOf(step));
    }

    /** What has no value Camel refuses when it makes the endpoint. */
    static String resolved(CamelContext context, String uri) {
        try {
            return uri == null ? null : EndpointHelper.resolveEndpointUriPropertyPlaceholders(context, uri);
        } catch (RuntimeException e) {
            return uri;
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Handed handed = exchange.getProperty(Handed.PROPERTY, Handed.class);
        try {
            if (handed == null || !publishes(handed)) {
                return super.process(exchange, callback);
            }
            before(exchange, handed);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        boolean skipped = isSkipped(exchange, FlowSteps.endpointOf(step));
        return super.process(exchange, doneSync -> {
            after(exchange, handed, skipped);
            callback.done(doneSync);
        });
    }

    /** Whether this is the step that publishes what was handed on. */
    private boolean publishes(Handed handed) {
        Publisher publisher = publisher(handed);
        return (handed.isWaybill() ? publisher.ofWaybill() : publisher.ofFiles())
                .filter(this::isThis)
                .isPresent();
    }

    private boolean isThis(ProcessorDefinition<?> other) {
        return other == step || other.getId() != null && other.getId().equals(step.getId());
    }

    private Publisher publisher(Handed handed) {
        return Publisher.of(context, handed.run(), handed.delivery());
    }

    private void before(Exchange exchange, Handed handed) {
        if (handed.run().result() != null) {
            throw undelivered("run " + handed.run().runId() + " has ended, as "
                    + Form.lower(handed.run().result().status()) + ": "
                    + handed.run().result().error());
        }
        Message message = exchange.getMessage();
        exchange.removeProperty(ExchangePropertyKey.INTERCEPTED_ENDPOINT);
        if (!handed.delivery().destination().keepsFiles()) {
            requireAddress(handed);
        }
        if (handed.name() == null) {
            requireAttachments(exchange, handed);
            return;
        }
        if (handed.delivery().destination().keepsFiles()) {
            requirePlace(handed);
            requireName(message, handed);
        }
        requireFile(exchange, handed);
        requireNoOther(handed);
        if (handed.moved() != null) {
            message.removeHeader(FileConstants.FILE_NAME_PRODUCED);
            message.setHeader(
                    FileConstants.FILE_LOCAL_WORK_PATH, handed.moved().staged().toString());
        }
    }

    /** Files that were kept may have been for where the route published before it was edited. */
    private void requirePlace(Handed handed) {
        handed.delivery().publishedBy(endpoint);
        String place = handed.delivery().destination().place();
        if (endpoint != null && !new Destinations(context).leadsTo(endpoint, place)) {
            throw undelivered("it does not lead to " + place + ", where the files of run "
                    + handed.run().runId() + " belong; run the flow again, or let the step lead there");
        }
    }

    /** As {@link #requirePlace}: messages of a run are not for somebody whom the flow has named only since. */
    private void requireAddress(Handed handed) {
        String written = FlowSteps.uriOf(step);
        boolean isFixed = FlowSteps.endpointOf(step) != null;
        String recorded = handed.delivery().destination().endpoint();
        if (written != null && !Destinations.sendsTo(written, isFixed, recorded)) {
            throw undelivered(
                    "it does not lead to " + handed.delivery().destination().place() + ", where the files of run "
                            + handed.run().runId() + " belong; run the flow again, or let the step lead there");
        }
    }

    private void requireName(Message message, Handed handed) {
        Object name = message.getHeader(FileConstants.FILE_NAME);
        Object overruled = message.getHeader(FileConstants.OVERRULE_FILE_NAME);
        if (!handed.name().equals(name) || overruled != null) {
            throw undelivered("header "
                    + (overruled == null ? FileConstants.FILE_NAME : FileConstants.OVERRULE_FILE_NAME)
                    + " is " + shown(overruled == null ? name : overruled) + ", and the file is " + handed.name()
                    + "; what files are called is said by the path of waybill:begin" + between(handed));
        }
    }

    private static void requireNoOther(Handed handed) {
        if (handed.delivery().destination() instanceof LocalDestination folder) {
            try {
                folder.requireNoOther(handed.name());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String shown(Object value) {
        return value == null ? "missing" : "\"" + value + "\"";
    }

    private void requireAttachments(Exchange exchange, Handed handed) {
        if (handed.attachments().isEmpty()) { // and none is asked for: a mail that is asked gets a part for them
            if (!Objects.equals(exchange.getMessage().getBody(), handed.body())) {
                throw undelivered("the mail has lost its text, which says where the files are" + between(handed));
            }
            return;
        }
        Set<String> attached = exchange.getMessage(AttachmentMessage.class).getAttachmentNames();
        for (String name : handed.attachments()) {
            if (!attached.contains(name)) {
                throw undelivered("the mail has lost its file " + name + between(handed));
            }
        }
    }

    /** What is published is what was staged: the same, or what has the same bytes. */
    private void requireFile(Exchange exchange, Handed handed) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof StreamCache stream) {
            stream.reset(); // a step before may have read it
        }
        if (body == handed.body() || body instanceof File file && file.equals(handed.body())) {
            return;
        }
        boolean same = body != null
                && StagedFile.in(exchange)
                        .map(file -> file.path().equals(handed.file().path()))
                        .orElse(false);
        if (!same) {
            FileContent staged = contentOf(handed.file());
            FileContent found = contentOf(exchange, body);
            if (!staged.equals(found)) {
                throw undelivered("the body is not the file " + handed.name() + " that was staged, which has "
                        + staged.bytes() + " bytes and SHA-256 " + staged.sha256() + ", but "
                        + (body == null ? "empty" : body.getClass().getName())
                        + (found == null ? "" : ", " + found.bytes() + " bytes with SHA-256 " + found.sha256())
                        + between(handed) + "; let such a step have a copy, by wireTap or multicast");
            }
        }
        exchange.getMessage().setBody(handed.body());
    }

    private static FileContent contentOf(StagedFile file) {
        try (InputStream in = file.open()) {
            return FileContent.of(in);
        } catch (IOException e) {
            throw FileFailure.of(WaybillException.Stage.PUBLISH, file.path() + " cannot be read", e);
        }
    }

    /** Null where it has none. */
    private static FileContent contentOf(Exchange exchange, Object body) {
        if (body == null) {
            return null;
        }
        try (InputStream in =
                exchange.getContext().getTypeConverter().tryConvertTo(InputStream.class, exchange, body)) {
            return in == null ? null : FileContent.of(in);
        } catch (IOException | RuntimeException e) {
            return null; // of a file that is not there, too
        }
    }

    /** Whether an interceptor, or a mock, has a message not sent to an endpoint. */
    private boolean isSkipped(Exchange exchange, String uri) {
        return uri != null
                && Publisher.skipping(context, uri)
                        .filter(found ->
                                found.getOnWhen() == null || found.getOnWhen().matches(exchange))
                        .isPresent();
    }

    private void after(Exchange exchange, Handed handed, boolean skipped) {
        exchange.getMessage().removeHeader(FileConstants.FILE_LOCAL_WORK_PATH);
        if (exchange.getException() != null) {
            return;
        }
        try {
            if (skipped || wasSkipped(exchange)) {
                throw undelivered("its endpoint is skipped, by a mock or an interceptor; " + handed.words()
                        + " was not sent anywhere");
            }
            if (handed.moved() != null) {
                requireOwnPlace(exchange, handed);
            } else if (endpoint == null && !leadsWhereFilesWent()) {
                requireThere(handed);
            }
            handed.taken();
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
    }

    /** Of an endpoint that was known only when the message came. */
    private boolean wasSkipped(Exchange exchange) {
        if (FlowSteps.endpointOf(step) != null) {
            return false;
        }
        List<String> sentTo = Stream.of(ExchangePropertyKey.TO_ENDPOINT, ExchangePropertyKey.INTERCEPTED_ENDPOINT)
                .map(property -> exchange.getProperty(property, String.class))
                .filter(Objects::nonNull)
                .toList();
        return context.getEndpoints().stream()
                .filter(InterceptSendToEndpoint.class::isInstance)
                .map(InterceptSendToEndpoint.class::cast)
                .filter(endpoint -> sentTo.contains(endpoint.getEndpointUri()))
                .anyMatch(endpoint -> endpoint.isSkip()
                        && (endpoint.getOnWhen() == null || endpoint.getOnWhen().matches(exchange)));
    }

    /** Camel's file endpoint says which file it has written. */
    private void requireOwnPlace(Exchange exchange, Handed handed) {
        String produced = exchange.getMessage().getHeader(FileConstants.FILE_NAME_PRODUCED, String.class);
        if (produced == null || !(handed.delivery().destination() instanceof LocalDestination folder)) {
            return;
        }
        Path wrong = Path.of(produced).toAbsolutePath().normalize();
        Path own = folder.resolve(handed.name());
        if (!wrong.equals(own)) {
            handed.delivery().moved().takeBack(handed.moved(), wrong);
            throw undelivered("it has written " + wrong + ", and the file belongs to " + own);
        }
    }

    private boolean leadsWhereFilesWent() {
        return step instanceof ToDynamicDefinition to && Publisher.isWhereFilesWent(to.getUri());
    }

    /** Nobody but the place knows what somebody's own step has done, or where an expression has led. */
    private void requireThere(Handed handed) {
        Destination destination = handed.delivery().destination();
        if (handed.file() == null || !destination.keepsFiles()) {
            return;
        }
        FileContent staged = contentOf(handed.file());
        if (!destination.holds(new FileFacts(handed.name(), 0, staged.bytes(), staged.sha256()))) {
            throw undelivered(
                    "it has ended, and " + destination.where(handed.name()) + " is not there as it was staged");
        }
    }

    private String between(Handed handed) {
        return handed.isWaybill()
                ? ""
                : publisher(handed)
                        .before(step)
                        .map(words -> "; between waybill:part and this step stand: " + words)
                        .orElse("");
    }

    private WaybillException undelivered(String why) {
        return WaybillException.undelivered("not delivered: step " + FlowSteps.wordsOf(step) + ": " + why);
    }
}
