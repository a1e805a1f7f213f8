package io.waybill.page;

import java.util.List;

/**
 * What stands around each page.
 *
 * @param title of the page
 * @param here which part it belongs to
 * @param places where the navigation leads; empty for who is not logged in
 * @param who who is logged in; null for nobody
 * @param canLogOut whether there is something to log out of
 * @param seal what each form's hidden field has, see {@link io.waybill.server.FormSeal}
 * @param css where the style sheet is
 * @param js where the script is
 * @param htmx where htmx is
 * @param icon where the icon is
 */
record Shell(
        String title,
        Place here,
        List<Place> places,
        String who,
        boolean canLogOut,
        String seal,
        String css,
        String js,
        String htmx,
        String icon) {

    /** Shows no seal. */
    @Override
    public String toString() {
        return "Shell[" + title + "]";
    }
}
