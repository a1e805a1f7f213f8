package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.ServerRecords;
import io.waybill.ledger.Session;
import io.waybill.ledger.Tokens.Token;
import io.waybill.rows.DataSources;
import io.waybill.run.Redrive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What pages stand on: they ask for what programs ask for, in the name of who looks at them, and have the same answers. */
public final class Inside {

    private final Api api;

    Inside(Api api) {
        this.api = api;
    }

    /** The ledger. */
    public Ledger ledger() {
        return api.desk().ledger();
    }

    /** Which runs may still be delivered. */
    public Redrive redrive() {
        return api.desk().redrive();
    }

    /** What the ledger keeps of those who come by the server. */
    public ServerRecords records() {
        return api.desk().records();
    }

    /** What time it is. */
    public Clock clock() {
        return api.desk().clock();
    }

    /** A flow that somebody may see; empty where there is none for them. */
    public Optional<Flow> flow(Call by, String id) {
        return api.desk().files().find(id).filter(flow -> by.caller().may(Role.VIEW, Target.of(flow)));
    }

    /** The names of the data sources, for who may make a flow. */
    public List<String> dataSources(Call by) {
        return by.caller().maySomewhere(Role.CREATE)
                ? DataSources.names(api.desk().context())
                : List.of();
    }

    /** Whether somebody may do something with a flow, or with what is left of one. */
    public boolean may(Call by, Role role, String flow) {
        String id = ExportedTable.flow(flow); // a table of a flow is for who may do that with the flow
        return by.caller().may(role, api.desk().files().find(id).map(Target::of).orElseGet(() -> Target.gone(id)));
    }

    /** Whether nobody need say who they are. */
    public boolean isOpen() {
        return api.guard().isOpen();
    }

    /**
     * Logs somebody in who has proved who they are by a token.
     *
     * @return the cookie that their browser is to have; empty where the token is not known, or has ended
     */
    public Optional<String> logIn(Call by, String secret) {
        return records().tokens().open(secret).map(token -> logIn(by, token));
    }

    private String logIn(Call by, Token token) {
        String session = records().sessions(Caller.of(token).actor()).begin(token.id());
        return Cookies.setSession(session, by.isSecure());
    }

    /** How users of an OpenID provider log in; empty where they do not. */
    public Optional<UserLogin> userLogin() {
        return api.guard().login();
    }

    /**
     * Who was logged out.
     *
     * @param cookie what their browser is to have from now on
     * @param provider the OpenID provider by which they had logged in; empty where they had by a token, or nobody was logged in
     */
    public record LoggedOut(String cookie, Optional<UserLogin> provider) {

        /** Shows no cookie. */
        @Override
        public String toString() {
            return "LoggedOut";
        }
    }

    /** Logs somebody out. */
    public LoggedOut logOut(Call by) {
        Optional<Caller> who = api.guard().loggedIn(by.headers());
        Optional<String> secret = Cookies.of(by.headers()).session();
        boolean isUser = secret.flatMap(records().sessions()::open)
                .filter(Session.OfUser.class::isInstance)
                .isPresent();
        secret.ifPresent(records().sessions(who.orElse(by.caller()).actor())::end);
        return new LoggedOut(Cookies.endSession(by.isSecure()), isUser ? userLogin() : Optional.empty());
    }

    /** What a message says to somebody: where this machine keeps its files is an administrator's business alone. */
    public String told(Call to, String message) {
        return api.desk().told(message, to.caller());
    }

    /** Begins to ask for an operation of the API, in somebody's name. */
    public Asked ask(Call by, String operation) {
        return new Asked(by, api.operation(operation));
    }

    /** A call that is put together, and made. */
    public final class Asked {

        private final Call by;
        private final Operation operation;
        private final Map<String, String> variables = new LinkedHashMap<>();
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private byte[] body = new byte[0];

        private Asked(Call by, Operation operation) {
            this.by = by;
            this.operation = operation;
        }

        /** The value of a variable of the path. */
        public Asked of(String variable, String value) {
            variables.put(variable, value);
            return this;
        }

        /** A parameter behind the question mark. */
        public Asked query(String name, String value) {
            query.put(name, value);
            return this;
        }

        /** A header. */
        public Asked header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** The body. */
        public Asked json(ObjectNode json) {
            return body(json.toString(), Answer.JSON);
        }

        /** The body. */
        public Asked body(String text, String type) {
            body = text.getBytes(StandardCharsets.UTF_8);
            return header("Content-Type", type);
        }

        /**
         * What it is answered.
         *
         * @throws Refused as a program is refused
         */
        public Answer answer() throws Exception {
            return operation
                    .action()
                    .answer(new Call(
                            operation,
                            variables,
                            query,
                            headers::get,
                            body,
                            by.caller(),
                            operation.path(),
                            by.isSecure()));
        }

        /** What it is answered, as a tree. */
        public JsonNode json() throws Exception {
            try {
                return FactsJson.MAPPER.readTree(answer().body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
