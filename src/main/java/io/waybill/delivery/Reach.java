package io.waybill.delivery;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the name of a server may lead. Whoever has the name says so anew each time that it is looked up. From the widest on. */
public enum Reach {
    /** Anywhere. */
    ANY,
    /** To no address of this machine itself, and to none that a network has for itself, as that of a cloud's metadata. */
    NETWORK,
    /** To no private address either. */
    OUTSIDE;

    private static final Logger LOG = LoggerFactory.getLogger(Reach.class);
    private static final int BYTES_OF_4 = 4;

    /** The narrowest that lets a name lead to all of some addresses. */
    public static Reach of(InetAddress[] addresses) {
        return Arrays.stream(addresses)
                .map(Reach::of)
                .min(Comparator.naturalOrder())
                .orElse(OUTSIDE);
    }

    private static Reach of(InetAddress address) {
        InetAddress plain = plain(address);
        byte[] bytes = plain.getAddress();
        boolean is4 = bytes.length == BYTES_OF_4;
        boolean inside = plain.isLoopbackAddress()
                || plain.isAnyLocalAddress()
                || plain.isLinkLocalAddress()
                || plain.isMulticastAddress()
                || is4 && (bytes[0] == 0 || (bytes[0] & 0xFF) >= 240); // RFC 1122, 3.2.1.3; RFC 1112, 4
        if (inside) {
            return ANY;
        }
        boolean isPrivate = plain.isSiteLocalAddress() // RFC 1918
                || is4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 64 // RFC 6598
                || !is4 && (bytes[0] & 0xFE) == 0xFC; // RFC 4193
        return isPrivate ? NETWORK : OUTSIDE;
    }

    /** The address of IPv4 that one of IPv6 stands for, where it stands for one: a translator sends there what is sent to it. */
    private static InetAddress plain(InetAddress address) {
        if (!(address instanceof Inet6Address six)) {
            return address;
        }
        byte[] bytes = six.getAddress();
        boolean isTranslated = startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B); // RFC 6052
        boolean isCompatible = six.isIPv4CompatibleAddress() && !six.isLoopbackAddress() && !six.isAnyLocalAddress();
        boolean is6to4 = startsWith(bytes, 0x20, 0x02); // RFC 3056
        if (!isTranslated && !isCompatible && !is6to4) {
            return address;
        }
        int from = is6to4 ? 2 : bytes.length - BYTES_OF_4;
        try {
            return Inet4Address.getByAddress(Arrays.copyOfRange(bytes, from, from + BYTES_OF_4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of that length it is one
        }
    }

    private static boolean startsWith(byte[] bytes, int... first) {
        for (int i = 0; i < first.length; i++) {
            if ((bytes[i] & 0xFF) != first[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Looks a name up, for whoever connects to it now. Which address it is where it may not lead stands in the log: who names it is to learn
     * nothing of a network by names.
     *
     * @throws SecurityException where it leads elsewhere too
     */
    public InetAddress[] look(String host, HostNames names) throws UnknownHostException {
        InetAddress[] addresses = names.of(host);
        for (InetAddress address : addresses) {
            if (of(address).compareTo(this) < 0) {
                LOG.warn("{} leads to {}, where it may not lead", host, address.getHostAddress());
                throw new SecurityException(host + " leads to an address "
                        + (of(address) == ANY ? "inside this machine or its network's own" : "of a private network")
                        + ", where it may not lead");
            }
        }
        return addresses;
    }
}
