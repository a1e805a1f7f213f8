package io.waybill.delivery.http;

import io.waybill.rows.Forwarding;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection whose server may answer before it has taken all of a request: too large, who are you. It stops reading then, and what
 * is sent breaks; but the answer is there.
 */
final class EarlyAnswers {

    private static final int LOOK_EVERY = 1 << 18;
    private static final Timeout AT_ONCE = Timeout.ofMilliseconds(1);
    private static final Timeout A_MOMENT = Timeout.ofSeconds(2);

    private final HttpClientConnection connection;
    private final HttpDeadline deadline;
    private boolean early;

    private EarlyAnswers(HttpClientConnection connection, HttpDeadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /** @param deadline is told when the server has taken some more */
    static HttpClientConnection over(HttpClientConnection connection, HttpDeadline deadline) {
        EarlyAnswers early = new EarlyAnswers(connection, deadline);
        return Forwarding.of(HttpClientConnection.class, (method, arguments) -> switch (method.getName()) {
            case "sendRequestEntity" -> early.send((ClassicHttpRequest) arguments[0]);
            case "flush" -> early.flush();
            case "receiveResponseHeader" -> early.receive();
            case "isConsistent" -> !early.early && connection.isConsistent();
            default -> Forwarding.to(connection, method, arguments);
        });
    }

    /** What stops the sending of a request that is answered already. */
    private static final class Answered extends IOException {

        private static final long serialVersionUID = 1L;
    }

    private Void send(ClassicHttpRequest request) throws HttpException, IOException {
        HttpEntity entity = request.getEntity();
        request.setEntity(new Watched(entity));
        try {
            connection.sendRequestEntity(request);
        } catch (IOException e) {
            answeredOr(e);
        } finally {
            request.setEntity(entity);
        }
        return null;
    }

    private Void flush() throws IOException {
        if (!early) {
            try {
                connection.flush();
                deadline.progress();
            } catch (IOException e) {
                answeredOr(e);
            }
        }
        return null;
    }

    private void answeredOr(IOException e) throws IOException {
        if (!(e instanceof Answered) && (deadline.hasPassed() || !isAnswered(e))) {
            throw e;
        }
        early = true;
    }

    private boolean isAnswered(IOException broken) {
        try {
            return connection.isDataAvailable(A_MOMENT);
        } catch (IOException e) {
            broken.addSuppressed(e);
            return false;
        }
    }

    private ClassicHttpResponse receive() throws HttpException, IOException {
        ClassicHttpResponse response = connection.receiveResponseHeader();
        if (early) { // it is in the middle of a request, and good for no other
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        return response;
    }

    /** An entity that is sent as long as there is no answer. */
    private final class Watched extends HttpEntityWrapper {

        Watched(HttpEntity entity) {
            super(entity);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            super.writeTo(new FilterOutputStream(out) {
                private long unwatched;

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                    deadline.progress();
                    unwatched += length;
                    if (unwatched >= LOOK_EVERY) {
                        unwatched = 0;
                        if (connection.isDataAvailable(AT_ONCE)) {
                            throw new Answered();
                        }
                    }
                }
            });
        }
    }
}
