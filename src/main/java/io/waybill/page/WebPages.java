package io.waybill.page;

import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Pages;
import io.waybill.server.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All pages. */
public final class WebPages implements Pages {

    private Paper paper;

    @Override
    public List<Operation> operations(Inside inside) {
        paper = new Paper(inside);
        List<Operation> all = new ArrayList<>();
        all.add(paper.assets().operation());
        all.addAll(new LoginPages(inside, paper).operations());
        all.addAll(new FlowsPage(inside, paper).operations());
        all.addAll(new FlowPage(inside, paper).operations());
        all.addAll(new FormPages(inside, paper).operations());
        all.addAll(new DataSetPages(inside, paper).operations());
        all.addAll(new RunPages(inside, paper).operations());
        all.addAll(new WaitingPage(inside, paper).operations());
        all.addAll(new AccessPages(inside, paper).operations());
        all.addAll(new AuditPage(inside, paper).operations());
        all.addAll(new NodesPage(inside, paper).operations());
        return all;
    }

    @Override
    public Answer refused(Call call, Refused refused) {
        if (refused.status() == 401) {
            return LoginPages.redirect(call);
        }
        Answer answer = paper.page(
                call,
                refused.status(),
                "message",
                Place.NONE,
                refused.status() == 503 ? "One moment" : Refused.title(refused.status()),
                Map.of(
                        "status",
                        refused.status(),
                        "lines",
                        lines(refused),
                        "isRepeated",
                        refused.headers().containsKey("Refresh")));
        for (Map.Entry<String, String> header : refused.headers().entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    private static List<String> lines(Refused refused) {
        return refused.problems().isEmpty() ? refused.getMessage().lines().toList() : refused.problems();
    }
}
