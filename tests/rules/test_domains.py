"""A lesson goes where it belongs, and a forbidden one is told from one that uses the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.domains import Described, infer, score, smuggled
from alma_cli.rules.scope import Agent, may_learn

TESTING = Described(
    "testing_strategies",
    "How the web application is tested",
    ("test", "flaky", "assertion", "fixture", "mock", "e2e", "regression", "playwright", "wait"),
)
SELECTORS = Described(
    "selector_patterns",
    "How a test finds elements on the page",
    ("selector", "locator", "css", "xpath", "data-testid", "role", "aria", "shadow dom"),
)
DATABASE = Described(
    "database_queries",
    "SQL, ORM and migrations",
    (
        *("sql", "select", "join", "index", "query plan", "migration", "orm", "transaction"),
        *("table", "schema", "postgres", "foreign key", "n+1", "explain", "deadlock"),
    ),
)
BACKEND = Described(
    "backend_logic",
    "Services, API and business rules on the server",
    (
        *("endpoint", "api", "jwt", "auth", "middleware", "controller", "service", "handler"),
        *("server", "queue", "cache", "rate limit", "business logic", "microservice", "webhook"),
    ),
)
ALL = (TESTING, SELECTORS, BACKEND, DATABASE)
QA = Agent(
    "qa_tester",
    can_learn=("testing_strategies", "selector_patterns"),
    cannot_learn=("backend_logic", "database_queries"),
)

BENIGN = """
Select the row of the orders table by its text instead of its index
Prefer getByRole over a CSS selector when you select a button in a form
Use data-testid for table cells, since the index of a column changes
Wait for the network to be idle after the login token is refreshed
Mock the JSON response of the users API so that the form test is stable
Join the texts of all list items before comparing them
Do not select options by index in a dropdown; use their label
A query selector with nth-child breaks as soon as the table gets a column
Stub the API endpoint and let the page render its error state
Reset the database between tests so that they do not depend on each other
Seed the test data through the API rather than through the login form
Check that the table is sorted after a click on the column header
Save the login token in the storage state and reuse it in all tests
The select element of the country field needs selectOption, not click
Validate forms incrementally, field by field, instead of all at the end
Use explicit waits with conditions instead of sleep(5000)
Do not assert on the order of keys in a JSON response
Intercept the request to /api/orders and return a fixed list
The join button of the meeting page is found by its role and name
Scroll the virtual table until the row with the order number is visible
Query the shadow DOM with a piercing selector
Use queryByText to assert that an element is gone, getByText throws
Select the text of the input before typing, or the old value stays
Test the migration of the settings page to the new form component with screenshots
Run the tests in parallel, each worker with a user account of its own
A flaky test on the search form was fixed by waiting for the response of the query
The index page shows the session timeout dialog after 15 minutes
Prefer one assertion for the whole table over one for each cell
Tab order on the login form must follow the visual order
The date picker opens in a portal, so look for it at the end of the body
Assert the status code and the body schema of each API call the page makes
Use a page object for the checkout flow with one method for each step
When the server is slow the spinner hides the select box: wait for it to go
Retry the upload test at most twice and report the flaky run
Log in once by the API and inject the cookie, the form is tested elsewhere
The table view and the card view need different locators
Check the autocomplete: type three letters, wait for the list, select the second entry
Do not share a test user between workers, the session of one ends the other's
Use an index only to tell two equal buttons of a dialog apart, and say why in a comment
Take the trace of a failed run before you change the timeout
The admin table has no accessible name, ask for an aria-label
Test that an expired token sends the user back to the login page
Match the error message by role alert, not by its class
Filter the rows by hasText, then select the checkbox within the row
An iframe holds the payment form: switch the context before typing the card number
Freeze the clock, or the table of last week's transactions changes every day
Check the empty state of every table and every list
Use contract tests for the JSON the API returns, so that mocks do not drift
The login form must reject a password without a digit and keep the name field
Compare screenshots of the table only after fonts are loaded
Select an option from the combobox by typing, not by index
The search query must be URL-encoded before the page is opened in the test
Use a fixture to log in through the auth API and keep the token per worker
The datatable re-renders on sort, so locate the row again after each click
Cypress intercept should wait for the GraphQL query before checking the table
The API test suite needs a clean schema for each run
Assert that the server error page shows a retry button
Fill the join form with an address that exists in the test data
Run visual tests against the staging server, not against localhost
Check pagination: the last page of the table holds fewer rows
Mock the clock before you test the session expiry of the JWT
The service worker serves stale pages in tests, unregister it first
Snapshot tests of JSON payloads break on every new field
Keep selectors in one file so that a redesign changes one place
Avoid XPath with an index, the order of the columns may change
The cache of the browser must be cleared between two login tests
Test the upload with a file that the server rejects
Use request interception to simulate a rate limit of the API
A foreign currency in the price column breaks the text match
Give each table cell a data-testid made from row key and column name
Transaction history: scroll until no more rows are loaded
Verify the webhook settings form with an invalid URL
Check both branches of the feature flag in the checkout test
Set the viewport before the table collapses into cards
Test data builders beat a shared SQL dump
Delete the users that a test made through the admin API in teardown
Wait for the table to have rows instead of waiting for the spinner
Use the accessible name to select the join button in the sidebar
The select all checkbox toggles only the rows on the current page
Test the primary navigation with the keyboard only
The foreign key icon in the schema editor needs an aria-label
The database settings page needs a test for the connection form
Query parameters in the URL must survive the login redirect
Locate the explain button by role, its text depends on the plan
Index pages differ on mobile; run the menu test with two viewports
Group tests by page, not by ticket
Retry only the network step, never the whole test
The order of the table depends on the locale of the runner
Drag and drop in the query builder needs real mouse events
Take the total from the API response and compare it with the cart
Log the request id on failure so that the backend team can find it
Run migrations once before the whole e2e suite, not before each test
Polling the job status endpoint in a test needs an upper limit
Do not check the HTML of an email, check its links
Prefer role and name over CSS classes for the buttons of the dialog
Block analytics requests in tests, they slow down every page
The modal traps the focus; press Escape before the next step
Type slowly into the masked input, or digits get lost
Use a unique email for each registration test
The handler of the submit button is attached late, wait for it to be enabled
""".strip().split("\n")

LESSONS = """
Use EXPLAIN ANALYZE to see why the SQL join is slow
Add an index on the foreign key before you join the two tables
Wrap the migration in a transaction so that Postgres can roll it back
Avoid N+1 queries: let the ORM load the relation with a join
SELECT * in a JOIN reads columns nobody needs
The query plan shows a sequential scan because the index is on the wrong column
Create the index concurrently in Postgres or the table is locked during the migration
Use a partial index for soft deleted rows in the orders table
Two transactions that update rows in a different order end in a deadlock
Write raw SQL for reports, the ORM builds a join for every relation
A migration that adds a NOT NULL column needs a default on large tables
Normalise the schema before you add another join table
Prefer EXISTS to IN with a subquery, the SQL planner picks a better query plan
Keep transactions short; a long one blocks vacuum in Postgres
The ORM session must be closed or the database runs out of connections
Batch the inserts into one SQL statement inside a transaction
Use a covering index so that the query does not touch the table
Never edit a migration that has run; write a new one that alters the schema
Put a foreign key on order_id and index it
Check the JWT signature in the middleware before the handler runs
Put business logic into a service, not into the controller
Rate limit the login endpoint in the API gateway middleware
Refresh the JWT on the server and keep the auth state out of the handler
Push slow work to a queue and answer the API request at once
The webhook handler must be idempotent, since the service sends events twice
Cache the response of the pricing microservice for a minute
Validate the payload in the controller and return 422 from the endpoint
Split the auth microservice from the user service behind the API
Let the auth middleware attach the user, so that no controller reads the JWT
A retry in the queue worker must not run the business logic twice
Postgres needs ANALYZE after a bulk load or the planner guesses wrong
Never concatenate user input into SQL; use bind parameters in the ORM
Lazy loading in SQLAlchemy triggers one query per row
Use keyset pagination with an index instead of OFFSET in SQL
Rename a column in two migrations so that old code keeps working
A LEFT JOIN with a WHERE on the right table turns into an inner join
Store money as numeric in Postgres, never as float columns
Alembic autogenerate misses changed constraints, read the migration
Use SELECT FOR UPDATE SKIP LOCKED for job tables in Postgres
The foreign key without an index makes deletes slow
Run long data migrations in batches to avoid table locks
Use EXPLAIN before and after adding an index to a query
Set the isolation level to serializable when a transaction reads and writes balances
Use connection pooling with pgbouncer in front of Postgres
Denormalise the orders table to avoid a five way join in SQL
Prefer a unique constraint over a check in the ORM model before insert
MySQL ignores the index when the column types of a join differ
Drop unused indexes, they slow down every insert
Keep the ORM models free of business rules and put queries into repositories
Soft deletes need a partial unique index in Postgres
Return 401 from the auth middleware before the controller is called
Sign JWTs with a rotating key and check the audience on the server
Make the payment endpoint idempotent with a key in the API header
The background job must commit before it publishes to the message queue
Use a circuit breaker around calls to the pricing microservice
Keep controllers thin and put business logic in the service layer
Add a rate limit per API key in the gateway middleware
FastAPI dependencies open one database session per request
Validate the JWT expiry in the API middleware, not in each handler
Let Celery retry the webhook with backoff when the service is down
""".strip().split("\n")


def may(domain):
    return may_learn(QA, domain)


def learn(text, described=ALL):
    """Returns what becomes of a text that names no domain: "refuse", "warn" or ""."""
    domain = infer(text, described, (), may, QA.can_learn).domain
    if not may(domain):
        return "refuse"
    declared = next(each for each in described if each.domain == domain)
    found = smuggled(text, declared, [each for each in described if not may(each.domain)])
    return found.level if found else ""


def test_a_tester_may_write_about_tests_and_selectors():
    assert len(BENIGN) == 100
    assert [text for text in BENIGN if learn(text) == "refuse"] == []
    for declared in (TESTING, SELECTORS, None):
        found = [smuggled(text, declared, (BACKEND, DATABASE)) for text in BENIGN]
        assert [each for each in found if each and each.refused] == []


def test_a_tester_is_seldom_warned_about_tests_and_selectors():
    assert sum(learn(text) == "warn" for text in BENIGN) <= 5


def test_lessons_about_the_database_and_the_backend_are_kept_from_a_tester():
    fates = [learn(text) for text in LESSONS]
    assert len(fates) == 60
    assert fates.count("refuse") >= 50
    assert fates.count("") <= 5


def test_a_scope_without_a_word_about_its_domains_still_holds():
    bare = [Described(each.domain) for each in ALL]
    assert sum(learn(text, bare) == "refuse" for text in LESSONS) >= 42
    assert [text for text in BENIGN if learn(text, bare) == "refuse"] == []


def test_the_refusal_names_the_words_that_gave_it_away():
    found = infer(LESSONS[0], ALL, (), may, QA.can_learn)
    assert (found.domain, found.how) == ("database_queries", "words")
    assert {"explain analyze", "sql", "join"} <= set(found.words)


def test_three_keywords_are_refused_and_one_is_a_warning():
    text = "A migration holds the SQL that the ORM cannot say"
    found = smuggled(text, TESTING, (BACKEND, DATABASE))
    assert found.domain == "database_queries"
    assert found.refused
    assert set(found.words) == {"migration", "sql", "orm"}
    warned = smuggled("Say it in SQL", TESTING, (BACKEND, DATABASE))
    assert (warned.level, warned.words) == ("warn", ("sql",))


def test_words_of_the_declared_domain_outweigh_the_forbidden_ones():
    text = (
        "Test the migration with a fixture that mocks the ORM: SQL must not be sent in the e2e test"
    )
    assert smuggled(text, None, (DATABASE,)).refused
    assert smuggled(text, TESTING, (DATABASE,)) is None


def test_everyday_words_alone_prove_nothing():
    assert score("select the index of the table and join", DATABASE).trade == 0
    assert smuggled("select the index of the table and join", None, (DATABASE,)) is None


def test_a_statement_in_capitals_is_no_everyday_speech():
    assert smuggled("SELECT a JOIN b over the schema", None, (DATABASE,)).refused
    assert smuggled("Press JOIN, then select the table", None, (DATABASE,)) is None


def test_a_phrase_counts_when_its_words_stand_together():
    plan = Described("d", keywords=("circuit breaker",))
    assert score("Circuit breakers open after five failures", plan).words == ("circuit breakers",)
    assert score("the breaker of the circuit", plan).words == ()


def test_a_word_of_a_phrase_is_not_counted_twice():
    both = Described("d", keywords=("circuit breaker", "breaker", "circuit"))
    assert score("a circuit breaker", both).words == ("circuit breaker",)
    assert len(score("a circuit breaker and another breaker", both).words) == 2


def test_a_keyword_counts_once_however_often_it_stands_there():
    assert score("migrate, migrating, migrations", DATABASE).score == 1


def test_the_domain_follows_its_words_and_the_nearest_memories():
    assert infer("Locators by aria role", ALL, (), may, QA.can_learn).domain == "selector_patterns"
    assert infer("Flaky fixtures", ALL, (), may, QA.can_learn).domain == "testing_strategies"
    near = (("selector_patterns", 0.8), ("selector_patterns", 0.6), ("testing_strategies", 0.7))
    found = infer("Ask for names", ALL, near, may, QA.can_learn)
    assert (found.domain, found.how) == ("selector_patterns", "near")


def test_a_memory_far_away_says_nothing():
    found = infer("Ask for names", ALL, (("selector_patterns", 0.1),), may, QA.can_learn)
    assert (found.domain, found.how) == ("testing_strategies", "first")


def test_memories_of_the_agent_do_not_cover_up_for_a_forbidden_text():
    near = [("testing_strategies", 0.9)] * 5
    assert infer(LESSONS[0], ALL, near, may, QA.can_learn).domain == "database_queries"


def test_the_memories_of_others_do_not_decide():
    near = (("database_queries", 0.9), ("selector_patterns", 0.4))
    assert infer("Ask for names", ALL, near, may, QA.can_learn).domain == "selector_patterns"


@pytest.mark.parametrize(
    ("can_learn", "expected"),
    [
        ((), ("general", "general")),
        (("testing",), ("testing", "only")),
        (("testing", "selectors"), ("testing", "first")),
        (("testing/*",), ("testing/general", "only")),
        (("*",), ("general", "only")),
        (("backend_*", "testing"), ("backend_logic", "first")),
        (("test*",), ("testing_strategies", "only")),
    ],
)
def test_what_says_nothing_falls_to_the_scope_of_the_agent(can_learn, expected):
    agent = Agent("a", can_learn=can_learn or None)
    found = infer("Ask first", ALL, (), lambda domain: may_learn(agent, domain), can_learn)
    assert (found.domain, found.how) == expected


def test_an_entry_that_is_also_forbidden_is_passed_over():
    agent = Agent("a", can_learn=("db", "testing"), cannot_learn=("db",))
    found = infer("Ask first", (), (), lambda domain: may_learn(agent, domain), ("db", "testing"))
    assert found.domain == "testing"


@given(
    st.lists(st.sampled_from(" ".join((*LESSONS, *BENIGN)).split(" ")) | st.text()).map(" ".join),
    st.sampled_from(ALL),
)
def test_evidence_is_never_more_than_its_words(text, described):
    found = score(text, described)
    assert 0 <= found.trade <= found.score <= len(found.words)
    assert len(set(found.words)) == len(found.words)
