package io.waybill.delivery.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Locale;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/** Sends a request and takes its answer, whole, in the time that there is for it. */
final class HttpUploadExecutor extends HttpRequestExecutor {

    /** More of an answer than this is of no use to anybody. */
    private static final int MOST_BYTES = 1 << 20;

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback informationCallback,
            HttpContext context)
            throws IOException, HttpException {
        HeaderText.write(request);
        Timeout limit =
                HttpClientContext.cast(context).getRequestConfigOrDefault().getResponseTimeout();
        try (HttpDeadline deadline = new HttpDeadline(connection, limit)) {
            try {
                ClassicHttpResponse response =
                        super.execute(request, EarlyAnswers.over(connection, deadline), informationCallback, context);
                keep(response);
                return response;
            } catch (IOException e) {
                if (deadline.hasPassed() || e instanceof SocketTimeoutException && limit != null) {
                    SocketTimeoutException late = new SocketTimeoutException(String.format(
                            Locale.ROOT, "the server has not answered in %,d ms", limit.toMilliseconds()));
                    late.addSuppressed(e);
                    throw late;
                }
                throw e;
            }
        }
    }

    /** Takes what the server answers before the time is over. */
    private static void keep(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return;
        }
        InputStream in = entity.getContent(); // closing it reads what is left, however long that takes
        byte[] content = in.readNBytes(MOST_BYTES);
        if (content.length == MOST_BYTES && in.read() >= 0) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        response.setEntity(new ByteArrayEntity(
                content, ContentType.parseLenient(entity.getContentType()), entity.getContentEncoding()));
    }
}
