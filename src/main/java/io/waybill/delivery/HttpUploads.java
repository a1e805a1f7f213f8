package io.waybill.delivery;

import io.waybill.flow.DestinationKind;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** How files are sent by HTTP, as its kind has it. It stands here, since printed routes name it. */
public final class HttpUploads implements HttpClientConfigurer {

    /** The option of an endpoint that is to do so. */
    public static final String REFERENCE = "#class:" + HttpUploads.class.getName();

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        CamelKind http = (CamelKind) DestinationKind.of("http");
        ((HttpClientConfigurer) http.clientConfigurer()).configureHttpClient(client);
    }
}
