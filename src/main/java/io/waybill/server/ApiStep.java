package io.waybill.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** Answers an exchange that HTTP has brought. */
final class ApiStep implements Processor {

    private final Api api;
    private final Operation operation;

    ApiStep(Api api, Operation operation) {
        this.api = api;
        this.operation = operation;
    }

    @Override
    public void process(Exchange exchange) {
        HttpMessage in = exchange.getMessage(HttpMessage.class);
        byte[] body = in.getBody(byte[].class);
        Answer answer = api.answer(operation, request(in.getRequest(), Objects.requireNonNullElse(body, new byte[0])));
        answer.headers().forEach(in.getResponse()::putHeader);
        Message message = exchange.getMessage();
        message.removeHeaders("*"); // those of the request
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        if (answer.type() != null) {
            message.setHeader(Exchange.CONTENT_TYPE, answer.type());
        }
        message.setBody(answer.body());
    }

    private static String header(HttpServerRequest request, String name, boolean isSecure) {
        String value = request.getHeader(name);
        return value != null && isSecure && name.equalsIgnoreCase("Cookie") ? Cookies.safe(value) : value;
    }

    static Api.Request request(HttpServerRequest request, byte[] body) {
        boolean isSecure = request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
        return new Api.Request(
                Objects.requireNonNullElse(request.path(), "/"),
                request.query(),
                name -> header(request, name, isSecure),
                body,
                isSecure,
                request.remoteAddress() == null
                        ? ""
                        : String.valueOf(request.remoteAddress().hostAddress()));
    }
}
