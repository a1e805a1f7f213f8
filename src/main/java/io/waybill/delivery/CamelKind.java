package io.waybill.delivery;

import io.waybill.flow.Delivery;
import io.waybill.flow.DestinationKind;
import io.waybill.flow.Key;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;

/**
 * A kind of destination as Camel comes to it: all that is asked of one stands here, and each answers in a folder of its own. Its
 * questions have the answers of an endpoint that takes messages and needs no connection; one that keeps files says more.
 */
public abstract class CamelKind implements DestinationKind {

    private final String connectionType;
    private final String example;
    private final List<Key<?>> settings;
    private final List<String> schemes;

    /**
     * @param connectionType the type of connections that lead to it
     * @param example what a place of it is written like
     * @param settings the settings of a connection
     * @param schemes the schemes of its URIs
     */
    protected CamelKind(String connectionType, String example, List<Key<?>> settings, String... schemes) {
        this.connectionType = connectionType;
        this.example = example;
        this.settings = settings;
        this.schemes = List.of(schemes);
    }

    /** One that needs no connection. */
    protected CamelKind(String... schemes) {
        this(null, null, List.of(), schemes);
    }

    static CamelKind of(Delivery delivery) {
        return (CamelKind) delivery.kind();
    }

    static List<CamelKind> all() {
        return DestinationKind.all().stream()
                .filter(CamelKind.class::isInstance)
                .map(CamelKind.class::cast)
                .toList();
    }

    /** Those of which all that they need is on the class path: what the others would know, nobody can have done. */
    static List<CamelKind> there() {
        return all().stream().filter(CamelKind::isThere).toList();
    }

    /**
     * What sets up the clients of its endpoints, as their component takes it; null where nothing does. The kind is loaded where that
     * component's jar may be missing, so it says no more here.
     */
    protected Object clientConfigurer() {
        return null;
    }

    /** The kind that publishes by an endpoint. */
    static CamelKind ofEndpoint(String endpoint) {
        return all().stream()
                .filter(kind -> kind.endpoints().stream().anyMatch(endpoint::startsWith))
                .findFirst()
                .orElseGet(() -> (CamelKind) DestinationKind.of(ANY_SCHEME));
    }

    @Override
    public final List<String> schemes() {
        return schemes;
    }

    @Override
    public final String connectionType() {
        return connectionType;
    }

    /**
     * How the URIs begin of endpoints that publish to its places, those of routes that were printed before among them; none for a kind
     * that keeps no files.
     */
    public List<String> endpoints() {
        return List.of();
    }

    @Override
    public final boolean keepsFiles() {
        return !endpoints().isEmpty();
    }

    @Override
    public final List<Key<?>> settings() {
        return settings;
    }

    /** Where a check can go that is not told where; empty where none is known. */
    public Optional<String> probe(Connection connection) {
        return Optional.empty();
    }

    final String example() {
        return example;
    }

    /**
     * Tries a place out that a connection leads to.
     *
     * @param check takes what is tried, a step each
     */
    public void check(ConnectionCheck check, Delivery delivery) {
        check.store(delivery);
    }

    /** What may be wrong with a server that gives another file back than it was sent. */
    protected String changing(byte[] found) {
        return "the server changes what it is sent";
    }

    /**
     * The Camel endpoint of a delivery, without its options.
     *
     * @param connection that of the delivery; {@link Connection#NONE} where it has none
     * @param options takes the endpoint's options, beside those that the connection has and the flow says
     */
    public abstract String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options);

    /** Which options of {@link #endpoint} are beans; all others are texts, of which a part may be whose flow it is. */
    protected Set<String> beans() {
        return Set.of();
    }

    /** Whether the query of a URI is for the endpoint. */
    protected boolean queryIsOfTheEndpoint() {
        return true;
    }

    /** The folder of a place that keeps files: what stands before the first variable. */
    protected String folder(CamelContext context, Delivery delivery) {
        return context.resolvePropertyPlaceholders(Destinations.folder(delivery));
    }

    /** The host of a place that keeps files, or the bucket; it may be the connection's to say. */
    protected String authority(Delivery delivery, Connection connection) {
        return delivery.authority();
    }

    /**
     * The place that an endpoint of it publishes to, as it would be told of a delivery that leads there.
     *
     * @param scheme how the place is written
     * @param address what stands behind the scheme of the endpoint's URI
     * @param options the options of that URI
     */
    protected String place(String scheme, String address, Map<String, String> options) {
        return scheme + "://" + address;
    }

    /** Whether two of its places are the same, however they are written. */
    protected boolean samePlace(String one, String other) {
        return one.replaceAll("/+", "/").equals(other.replaceAll("/+", "/"));
    }

    /**
     * Whether endpoints of a scheme take messages of it.
     *
     * @param own the scheme of the endpoint that a delivery makes
     */
    protected boolean publishesBy(String scheme, String own) {
        return scheme.equals(own);
    }

    /**
     * Whether an endpoint of a route takes messages to where a delivery's own does.
     *
     * @param endpoint as the route has it
     * @param own the delivery's, of whose placeholders not all are known
     */
    protected boolean agrees(String endpoint, String own) {
        return Destinations.same(Destinations.variables(endpoint), Destinations.variables(own));
    }

    /**
     * What each message says besides: simple expressions, by the header's name.
     *
     * @param flow the flow's name
     */
    public Map<String, String> headers(Delivery delivery, Connection connection, String flow) {
        return Map.of();
    }

    /**
     * Whether all files of a run go as one message.
     *
     * @return the options of the step that makes it, {@code waybill:mail}; null where each file goes by itself
     */
    public Map<String, String> together(Connection connection) {
        return null;
    }

    /** The place behind an endpoint. */
    protected Destination open(CamelContext context, String endpoint, String place) {
        return new RemoteDestination(context, this, endpoint, place);
    }

    /** How often a reader gets each file, in plain words; null for what is said of any that keeps files. */
    protected String promise() {
        return null;
    }

    /** Why no file can have a name; null where it can. */
    protected String nameProblem(String name) {
        return null;
    }

    /** The endpoint of a URI, as the ledger or a route has it. */
    protected Endpoint endpoint(CamelContext context, String uri) {
        return context.getEndpoint(uri);
    }

    /** Whether rows take the place there of those that have their key. */
    protected boolean replacesByKey(Endpoint endpoint) {
        return false;
    }

    /** Where databases write at a place of this kind, which takes from them. */
    protected OwnPrefix ownPrefix(Endpoint endpoint) {
        throw new IllegalStateException("no database writes to " + endpoint);
    }

    /** Connects to a place to ask it something. */
    protected FileStore store(Endpoint endpoint) throws IOException {
        throw new IOException("nobody can be asked what lies there");
    }

    /** Whether a failure of its client or server stays as it is until somebody changes something. */
    public boolean isLasting(Throwable cause) {
        return false;
    }

    /** How long a server asks to wait; null where it does not. */
    public Duration askedWait(Throwable cause) {
        return null;
    }

    /** What a failure of its client says, in words; null where its message does. */
    public String reason(Throwable cause) {
        return null;
    }

    /** What its client or server says, with what it may mean. */
    public String explained(String reason) {
        return reason;
    }
}
