package io.waybill.delivery;

import io.waybill.delivery.http.HttpUploadExecutor;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * How files are sent by HTTP: an answer is read as soon as it is there, also when the server takes no more of the file; it is waited for
 * as long as the endpoint's responseTimeout says; and what fails is tried again by the route alone. Printed routes name this class, which stands
 * here for that.
 */
public final class HttpUploads implements HttpClientConfigurer {

    /** The option of an endpoint that is to do so. */
    public static final String REFERENCE = "#class:" + HttpUploads.class.getName();

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.setRequestExecutor(new HttpUploadExecutor());
        client.disableAutomaticRetries();
    }
}
