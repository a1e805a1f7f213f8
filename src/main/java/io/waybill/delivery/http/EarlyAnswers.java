package io.waybill.delivery.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection whose server may answer before it has taken all of a request: too large, who are you. It stops reading then, and what
 * is sent breaks; but the answer is there.
 */
final class EarlyAnswers implements HttpClientConnection {

    private static final int LOOK_EVERY = 1 << 18;
    private static final Timeout AT_ONCE = Timeout.ofMilliseconds(1);
    private static final Timeout A_MOMENT = Timeout.ofSeconds(2);

    private final HttpClientConnection connection;
    private final HttpDeadline deadline;
    private boolean early;

    EarlyAnswers(HttpClientConnection connection, HttpDeadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /** What stops the sending of a request that is answered already. */
    private static final class Answered extends IOException {

        private static final long serialVersionUID = 1L;
    }

    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        HttpEntity entity = request.getEntity();
        request.setEntity(new Watched(entity));
        try {
            connection.sendRequestEntity(request);
        } catch (IOException e) {
            answeredOr(e);
        } finally {
            request.setEntity(entity);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!early) {
            try {
                connection.flush();
                deadline.progress();
            } catch (IOException e) {
                answeredOr(e);
            }
        }
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

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
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

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        connection.sendRequestHeader(request);
    }

    @Override
    public void terminateRequest(ClassicHttpRequest request) throws HttpException, IOException {
        connection.terminateRequest(request);
    }

    @Override
    public void receiveResponseEntity(ClassicHttpResponse response) throws HttpException, IOException {
        connection.receiveResponseEntity(response);
    }

    @Override
    public boolean isConsistent() {
        return !early && connection.isConsistent();
    }

    @Override
    public boolean isDataAvailable(Timeout timeout) throws IOException {
        return connection.isDataAvailable(timeout);
    }

    @Override
    public boolean isStale() throws IOException {
        return connection.isStale();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    @Override
    public void close(CloseMode mode) {
        connection.close(mode);
    }

    @Override
    public EndpointDetails getEndpointDetails() {
        return connection.getEndpointDetails();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return connection.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return connection.getRemoteAddress();
    }

    @Override
    public ProtocolVersion getProtocolVersion() {
        return connection.getProtocolVersion();
    }

    @Override
    public SSLSession getSSLSession() {
        return connection.getSSLSession();
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public Timeout getSocketTimeout() {
        return connection.getSocketTimeout();
    }

    @Override
    public void setSocketTimeout(Timeout timeout) {
        connection.setSocketTimeout(timeout);
    }
}
