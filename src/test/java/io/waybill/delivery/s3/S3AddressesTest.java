package io.waybill.delivery.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.delivery.HostNames;
import io.waybill.servers.RawS3;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Where the name of a server of S3 may lead, each time that it is connected to. */
class S3AddressesTest {

    private static S3Endpoint endpoint(DefaultCamelContext context, String options) {
        return context.getEndpoint(
                "waybill-s3:lake?accessKey=a&secretKey=s&region=us-east-1&forcePathStyle=true&overrideEndpoint=true"
                        + options,
                S3Endpoint.class);
    }

    private static void put(S3Endpoint endpoint) {
        endpoint.getS3Client().putObject(put -> put.bucket("lake").key("a"), RequestBody.fromString("text"));
    }

    @ParameterizedTest
    @CsvSource({
        "outside, 127.0.0.1",
        "outside, ::1",
        "outside, ::ffff:127.0.0.1",
        "outside, 0.0.0.0",
        "outside, 2130706433",
        "outside, 169.254.169.254",
        "outside, 10.0.0.1",
        "network, 127.0.0.1",
        "network, fe80::1"
    })
    void aNameThatLeadsInsideIsNotConnectedTo(String addresses, String address) throws Exception {
        try (RawS3 s3 = RawS3.start();
                DefaultCamelContext context = new DefaultCamelContext()) {
            AtomicInteger looked = new AtomicInteger();
            context.getRegistry().bind("names", HostNames.class, names(looked, address));
            String port = s3.endpoint().replaceFirst(".*:", "");
            S3Endpoint endpoint = endpoint(
                    context, "&addresses=" + addresses + "&uriEndpointOverride=http://store.example.test:" + port);
            assertThatThrownBy(() -> put(endpoint))
                    .isInstanceOf(SecurityException.class)
                    .hasMessageStartingWith("store.example.test leads to ")
                    .hasMessageEndingWith("where it may not lead");
            assertThat(looked.get()).isPositive();
            assertThat(s3.objects()).isEmpty();
        }
    }

    private static HostNames names(AtomicInteger looked, String address) {
        return host -> {
            looked.incrementAndGet();
            if (!host.equals("store.example.test")) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getByName(address)};
        };
    }

    @Test
    void anyAddressIsConnectedToWithoutIt() throws Exception {
        try (RawS3 s3 = RawS3.start();
                DefaultCamelContext context = new DefaultCamelContext()) {
            S3Endpoint endpoint = endpoint(context, "&checksums=none&uriEndpointOverride=" + s3.endpoint());
            assertThat(endpoint.getAddresses()).isEqualTo("any");
            put(endpoint);
            assertThat(s3.objects()).containsOnlyKeys("/lake/a");
        }
    }

    @Test
    void whatIsNotUnderstoodIsRefused() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> endpoint(context, "&addresses=inside"))
                    .rootCause()
                    .hasMessage("addresses: \"inside\" is not known; allowed: any, network, outside");
            S3Endpoint proxied = endpoint(
                    context, "&addresses=outside&proxyHost=proxy.test&proxyPort=1&uriEndpointOverride=http://a.test");
            assertThatThrownBy(proxied::getS3Client)
                    .hasMessage("addresses: \"outside\" does not go with proxyHost, nor with trustAllCertificates");
        }
    }
}
