package dev.sallyport.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The console in a real browser, as one of the local users. */
final class Console implements AutoCloseable {

    private static final double PATIENCE_MILLIS = 20_000;

    private final Playwright playwright;
    private final Browser browser;
    private final Page page;

    private Console(Playwright playwright, Browser browser, Page page) {
        this.playwright = playwright;
        this.browser = browser;
        this.page = page;
    }

    /** A Chromium of this machine. */
    static Optional<Path> browser() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Logs in by the issuer's page. */
    static Console open(JsonNode status, String user) throws IOException {
        Console console = follow(status.path("console_url").asText(), status, user);
        if (user.equals("auditor")) {
            PlaywrightAssertions.assertThat(console.page.locator("#live-state"))
                    .hasText(
                            "live",
                            new com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions()
                                    .setTimeout(PATIENCE_MILLIS));
        }
        return console;
    }

    /** Follows a link that somebody who is not logged in found, logs in by the issuer's page, and is where the link leads. */
    static Console follow(String link, JsonNode status, String user) throws IOException {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(browser().orElseThrow())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        Page page = browser.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.navigate(link);
        page.locator("#username").selectOption(user);
        page.locator("#password")
                .fill(Files.readString(
                                Path.of(status.path("local_password_file").asText()))
                        .strip());
        page.locator("button").click();
        page.waitForURL(link);
        return new Console(playwright, browser, page);
    }

    /** Approves the request with this reason, which is shown as the text that it is. */
    void approve(String reason) {
        Locator row = page.locator("#requests tr", new Page.LocatorOptions().setHasText(reason));
        row.getByText("Approve").click();
        row.getByText("approved").waitFor();
    }

    /** Approves the request whose page this is. */
    void approveHere(String comment) {
        page.locator("#comment").fill(comment);
        page.locator("#request button", new Page.LocatorOptions().setHasText("Approve"))
                .click();
        page.locator("#request .badge.approved").waitFor();
        PlaywrightAssertions.assertThat(page.locator("#request")).containsText(comment);
    }

    /** The page of one's own request shows what was asked, and no way to decide on it. */
    void mayNotDecideHere(String reason) {
        page.getByText("somebody else decides").waitFor();
        PlaywrightAssertions.assertThat(page.locator("#request .words")).hasText(reason);
        PlaywrightAssertions.assertThat(page.locator("#request button")).hasCount(0);
    }

    void awaitLiveStatement(String sql) {
        page.locator("#live td.sql", new Page.LocatorOptions().setHasText(sql))
                .first()
                .waitFor();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
