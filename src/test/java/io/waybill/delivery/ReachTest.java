package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where names of servers may lead. */
class ReachTest {

    private static InetAddress[] addresses(String... literals) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            addresses[i] = InetAddress.getByName(literals[i]);
        }
        return addresses;
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ANY",
        "127.255.255.254, ANY",
        "0.0.0.0, ANY",
        "0.1.2.3, ANY",
        "2130706433, ANY",
        "169.254.169.254, ANY",
        "224.0.0.1, ANY",
        "255.255.255.255, ANY",
        "::1, ANY",
        "::, ANY",
        "fe80::1, ANY",
        "ff02::1, ANY",
        "::ffff:127.0.0.1, ANY",
        "::ffff:169.254.169.254, ANY",
        "::127.0.0.1, ANY",
        "64:ff9b::7f00:1, ANY",
        "64:ff9b::a9fe:a9fe, ANY",
        "2002:7f00:1::, ANY",
        "10.0.0.1, NETWORK",
        "172.16.0.1, NETWORK",
        "172.32.0.1, OUTSIDE",
        "192.168.1.1, NETWORK",
        "100.64.0.1, NETWORK",
        "100.128.0.1, OUTSIDE",
        "fd00::1, NETWORK",
        "fec0::1, NETWORK",
        "::ffff:10.0.0.1, NETWORK",
        "64:ff9b::a00:1, NETWORK",
        "203.0.113.7, OUTSIDE",
        "2001:db8::1, OUTSIDE",
        "64:ff9b::cb00:7107, OUTSIDE"
    })
    void anAddressIsOfThisMachineOfANetworkOrOutside(String literal, Reach reach) throws Exception {
        assertThat(Reach.of(addresses(literal))).isEqualTo(reach);
    }

    @Test
    void ofSeveralAddressesTheInnermostCounts() throws Exception {
        assertThat(Reach.of(addresses("203.0.113.7", "10.0.0.1"))).isEqualTo(Reach.NETWORK);
        assertThat(Reach.of(addresses("203.0.113.7", "::1", "10.0.0.1"))).isEqualTo(Reach.ANY);
    }

    @Test
    void aNameThatLeadsFurtherInsideIsNotConnectedTo() throws Exception {
        InetAddress[] outside = addresses("203.0.113.7");
        InetAddress[] mixed = addresses("203.0.113.7", "10.0.0.1");
        assertThat(Reach.OUTSIDE.look("a.test", host -> outside)).isEqualTo(outside);
        assertThat(Reach.NETWORK.look("a.test", host -> mixed)).isEqualTo(mixed);
        assertThatThrownBy(() -> Reach.OUTSIDE.look("a.test", host -> mixed))
                .isInstanceOf(SecurityException.class)
                .hasMessage("a.test leads to an address of a private network, where it may not lead");
        InetAddress[] here = addresses("127.0.0.1");
        for (Reach reach : Arrays.asList(Reach.NETWORK, Reach.OUTSIDE)) {
            assertThatThrownBy(() -> reach.look("a.test", host -> here))
                    .hasMessage("a.test leads to an address inside this machine or its network's own, where it"
                            + " may not lead");
        }
        assertThat(Reach.ANY.look("a.test", host -> here)).isEqualTo(here);
    }
}
