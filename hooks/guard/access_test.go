package guard_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

var update = flag.Bool("update", false, "write the golden matrices anew")

// caller is one of the people who try everything.
type caller struct {
	name   string
	role   act.Role
	record *core.Record
}

// callers are everybody that a co-op knows; the last is a leaver, who is nobody again.
func callers(app *testapp.App) (all []caller, owner *core.Record) {
	owner = app.Member("Sari Pemilik")
	left := app.Member("Lia Keluar")
	left.Set("status", "left")
	if err := app.UnsafeWithoutHooks().SaveNoValidate(left); err != nil {
		app.T.Fatal(err)
	}
	all = []caller{{"nobody", act.Nobody, nil}, {"member", act.Member, owner}, {"other member", act.Member, app.Member("Budi Lain")}}
	for _, role := range act.OperatorRoles {
		all = append(all, caller{string(role), role, app.Operator(role)})
	}
	all = append(all, caller{"manager", act.Manager, app.Manager()}, caller{"leaver", act.Nobody, left})
	for _, who := range all { // logged in before anything is counted
		if who.record != nil {
			app.Token(who.record)
		}
	}
	return all, owner
}

// counted is what a database held when somebody last looked, by a connection of its own that writes nothing.
type counted struct {
	conn    *sql.Conn
	query   string
	version int64
	rows    map[string]int
}

// rows counts every row of every table that is no cache of PocketBase's own, in one query. As long as no
// other connection committed (PRAGMA data_version), the last count is the count.
func rows(t *testing.T, app core.App) map[string]int {
	t.Helper()
	member.AwaitSightings(app) // of who looked before
	c, ok := app.Store().Get("test.rows").(*counted)
	if !ok {
		var parts []string
		err := act.Each(act.Read(app), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('_params', '_authOrigins')", nil, func(row act.Scanner) error {
			var name string
			err := row.Scan(&name)
			parts = append(parts, fmt.Sprintf("SELECT '%s', count(*) FROM `%s`", name, name))
			return err
		})
		if err != nil || len(parts) < 40 {
			t.Fatalf("%d tables: %v", len(parts), err)
		}
		db, err := act.Open(filepath.Join(app.DataDir(), "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		c = &counted{query: strings.Join(parts, " UNION ALL ")}
		if c.conn, err = db.Conn(context.Background()); err != nil {
			t.Fatal(err)
		}
		app.Store().Set("test.rows", c)
	}
	var version int64
	if err := c.conn.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if version == c.version {
		return c.rows
	}
	found, err := c.conn.QueryContext(context.Background(), c.query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	c.version, c.rows = version, map[string]int{}
	for found.Next() {
		var name string
		var n int
		if err := found.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		c.rows[name] = n
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return c.rows
}

func unchanged(t *testing.T, what string, before, after map[string]int) {
	t.Helper()
	for name, n := range after {
		if before[name] != n {
			t.Errorf("%s left %d rows in %s", what, n-before[name], name)
		}
	}
}

// fill puts harmless values into a route's path; what belongs to a member is the owner's.
func fill(path string, owner *core.Record) string {
	for variable, value := range map[string]string{"{number}": fmt.Sprint(owner.GetInt("number")), "{period}": "2026-09", "{entry}": "1",
		"{draft}": "none", "{voucher}": "none.pdf", "{account}": "1", "{shift}": "01JBQ7W0000000000000000000", "{id}": "01JBQ7W0000000000000000000", "{unit}": "none", "{file}": "none.csv"} {
		path = strings.ReplaceAll(path, variable, value)
	}
	return path
}

// TestEveryRouteForEverybody holds each bound route to the roles it lists: others hear 401 or 403 in
// the one shape of errors, and nothing is written. The whole matrix is a text that a person can read.
func TestEveryRouteForEverybody(t *testing.T) {
	s := serve(t)
	people, owner := callers(s.app)
	var lines []string
	for _, route := range web.Routes(s.app) {
		line := fmt.Sprintf("%-6s %-52s", route.Method, route.Path)
		for _, who := range people {
			before := rows(t, s.app)
			a := s.ask(t, route.Method, fill(route.Path, owner), who.record, bodyOf(route))
			listed := len(route.Roles) == 0 || slices.Contains(route.Roles, who.role)
			refused := a.Status == 401 || a.Status == 403
			what := fmt.Sprintf("%s %s as %s", route.Method, route.Path, who.name)
			switch {
			case a.Status >= 500:
				t.Errorf("%s: %d %s", what, a.Status, a.Raw)
			case !listed && !refused:
				t.Errorf("%s: %d, and the role is not listed", what, a.Status)
			case !listed && (a.Body.Code == "" || a.Body.Message == "" || strings.HasPrefix(a.Body.Message, "fault.")):
				t.Errorf("%s: refused in another shape: %s", what, a.Raw)
			case who.role == act.Nobody && !listed && a.Status != 401:
				t.Errorf("%s: %d, want 401", what, a.Status)
			case listed && refused && !ownOnly(route, who):
				t.Errorf("%s: %d %s, and the role is listed", what, a.Status, a.Body.Code)
			}
			if a.Status >= 400 {
				unchanged(t, what, before, rows(t, s.app))
			}
			line += fmt.Sprintf(" %-12s", verdict(route, who, refused))
			if strings.HasSuffix(route.Path, "/log-out") && who.record != nil {
				s.app.LogIn(who.record)
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	slices.Sort(lines)
	head := fmt.Sprintf("%-6s %-52s", "", "")
	for _, who := range people {
		head += fmt.Sprintf(" %-12s", who.name)
	}
	golden(t, "routes.golden", "Who may call which route. yes: let in (the empty body may be refused later); own: only what is one's own; -: refused.\n\n"+
		strings.TrimRight(head, " ")+"\n"+strings.Join(lines, "\n")+"\n")
}

// Whoever brings files is known and counted: what members sign is drawn into a file, too.
func TestEveryRouteThatTakesFilesCountsThem(t *testing.T) {
	s := serve(t)
	counted := 0
	for _, r := range web.Routes(s.app) {
		if r.In != nil && signs(reflect.TypeOf(r.In)) || r.MaxBody != 0 {
			counted++
			if !r.TakesFiles() || len(r.Roles) == 0 {
				t.Errorf("%s %s takes files from anybody, or uncounted (web.Route.TakesFile)", r.Method, r.Path)
			}
		}
	}
	if counted < 14 {
		t.Errorf("only %d routes take files: the search is broken", counted)
	}
}

// signs says whether a body has a place for a signature.
func signs(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[member.Signature]() {
		return t == reflect.TypeFor[member.Signature]()
	}
	for i := range t.NumField() {
		if signs(t.Field(i).Type) {
			return true
		}
	}
	return false
}

// Whoever works for the co-op and asks for one member's data is written down: each such route says what it shows.
func TestEveryRouteOfOneMemberSaysWhatItShows(t *testing.T) {
	s := serve(t)
	shown := 0
	for _, r := range web.Routes(s.app) {
		office := slices.ContainsFunc(r.Roles, func(role act.Role) bool { return role != act.Member })
		ofMember := strings.Contains(r.Path, "members/{number}") || strings.Contains(r.Path, "{paper}") || r.Out != nil && namesMembers(reflect.TypeOf(r.Out), map[reflect.Type]bool{})
		if r.Sight != nil {
			shown++
		}
		if r.Method == "GET" && office && ofMember && r.Sight == nil && r.Path != "/api/coop/store/cards/revoked" { // dead cards' numbers say nothing of anybody
			t.Errorf("%s %s shows a member's data and writes nothing down (web.Route.Shows)", r.Method, r.Path)
		}
	}
	if shown < 30 {
		t.Errorf("only %d routes show members' data: the search is broken", shown)
	}
}

// namesMembers says whether an answer has a place for a member.
func namesMembers(t reflect.Type, seen map[reflect.Type]bool) bool {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array}, t.Kind()) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return false
	}
	seen[t] = true
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "member" || name == "party" || namesMembers(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}

// ownOnly: another member is refused what belongs to the owner, though members are listed.
func ownOnly(r web.Route, who caller) bool {
	return who.name == "other member" && strings.Contains(r.Path, "{number}")
}

func bodyOf(r web.Route) any {
	if r.Method == "GET" {
		return nil
	}
	return map[string]any{}
}

func verdict(r web.Route, who caller, refused bool) string {
	switch {
	case refused:
		return "-"
	case who.role == act.Member && len(r.Roles) > 0 && strings.Contains(r.Path, "{number}"):
		return "own"
	default:
		return "yes"
	}
}

// samples make one valid record of each collection; n keeps them apart.
func samples(n int) map[string]map[string]any {
	return map[string]map[string]any{
		"employees":          {"name": "Pegawai", "status": "contract"},
		"members":            {"number": 90000 + 10*n, "name": "Anggota", "status": "active", "password": "rahasia-panjang", "passwordConfirm": "rahasia-panjang"},
		"operators":          {"name": "Petugas", "email": fmt.Sprintf("baru-%d@contoh.id", n), "role": "cashier", "active": true, "password": "rahasia-panjang", "passwordConfirm": "rahasia-panjang"},
		"work_units":         {"code": fmt.Sprint("U", n), "name": "Biro"},
		"products":           {"number": 90000 + 10*n, "name": "Barang", "price_rupiah": 1000},
		"categories":         {"name": fmt.Sprint("Kategori ", n)},
		"suppliers":          {"number": 90000 + 10*n, "name": "Pemasok"},
		"consignors":         {"number": 90000 + 10*n, "name": "Penitip"},
		"tills":              {"code": fmt.Sprint("T", n), "name": "Kasir"},
		"coop":               {"name": "Koperasi", "short_name": "Kop"},
		"accounts":           {"account": 900000 + n, "name": "Akun", "kind": "asset"},
		"journal_drafts":     {"state": "draft", "date": "2026-11-03", "description": "Coba"},
		"pages":              {"slug": fmt.Sprint("halaman-", n), "language": "id", "title": "Halaman", "public": true},
		"news":               {"title": "Kabar", "language": "id", "public": true},
		"board":              {"organ": "board", "name": "Pengurus", "role": "Ketua", "public": true},
		"annual_reports":     {"year": 2025, "title": "Laporan", "public": true},
		"bank_accounts":      {"number": 90000 + 10*n, "name": "Bank"},
		"expense_categories": {"name": fmt.Sprint("Biaya ", n), "account": 6102},
		"payment_vouchers":   {},
		"paper_files":        {"paper": 1 + n},
		"objection_photos":   {"objection": 90000 + 10*n},
		"member_photos":      {"member": 90000 + 10*n},
	}
}

// TestEveryCollectionForEverybody tries the five operations of PocketBase on each collection.
func TestEveryCollectionForEverybody(t *testing.T) {
	s := serve(t)
	people, owner := callers(s.app)
	collections, err := s.app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(collections, func(a, b *core.Collection) int { return strings.Compare(a.Name, b.Name) })
	n := 0
	var b strings.Builder
	b.WriteString("Who may do what with the records of which collection. L list (with rows), V view, C create, U update, D delete; lower case: members see their own only.\n\n")
	head := fmt.Sprintf("%-18s", "")
	for _, who := range people {
		head += fmt.Sprintf(" %-13s", who.name)
	}
	b.WriteString(strings.TrimRight(head, " ") + "\n")
	for _, c := range collections {
		if c.System {
			systemIsForManagers(t, s, c, people)
			continue
		}
		sample, known := samples(0)[c.Name]
		if !known && !c.IsView() {
			t.Errorf("collection %s has no sample here: add one", c.Name)
			continue
		}
		line := fmt.Sprintf("%-18s", c.Name)
		for _, who := range people {
			n++
			if sample != nil {
				sample = samples(n)[c.Name]
			}
			line += fmt.Sprintf(" %-13s", operations(t, s, c, who, owner, sample, n))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	golden(t, "collections.golden", b.String())
}

// operations tries all five as one caller and says which were let through.
func operations(t *testing.T, s server, c *core.Collection, who caller, owner *core.Record, sample map[string]any, n int) string {
	path := "/api/collections/" + c.Name + "/records"
	target := targetOf(s.app, c, owner, n)
	done := listed(t, s, path, who)
	try := func(letter, method, path string, body any) {
		before := rows(t, s.app)
		a := s.ask(t, method, path, who.record, body)
		what := fmt.Sprintf("%s %s as %s", method, path, who.name)
		if a.Status >= 500 {
			t.Errorf("%s: %d %s", what, a.Status, a.Raw)
		}
		if a.Status < 300 {
			done += letter
			return
		}
		unchanged(t, what, before, rows(t, s.app))
	}
	if target == "" { // a view over what has not happened yet
		target = "none"
	}
	try("V", "GET", path+"/"+target, nil)
	if sample == nil {
		sample = map[string]any{"name": "x"}
	}
	try("C", "POST", path, sample)
	try("U", "PATCH", path+"/"+target, patchOf(c.Name))
	try("D", "DELETE", path+"/"+target, nil)
	if done == "" {
		return "-"
	}
	return done
}

func listed(t *testing.T, s server, path string, who caller) string {
	t.Helper()
	a := s.ask(t, "GET", path+"?perPage=5", who.record, nil)
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	_ = json.Unmarshal(a.Raw, &page) // a refusal has no items
	switch {
	case a.Status != 200 || len(page.Items) == 0 && who.role != act.Manager:
		return ""
	case len(page.Items) == 1 && who.role == act.Member && strings.HasSuffix(path, "members/records"):
		return "l"
	default:
		return "L"
	}
}

// targetOf is a record to look at, edit and delete: fresh, except what is one's own or alone.
func targetOf(app *testapp.App, c *core.Collection, owner *core.Record, n int) string {
	switch {
	case c.Name == "members":
		return owner.Id
	case c.Name == "coop" || c.IsView():
		var id string
		_ = act.Read(app).Row("SELECT CAST(id AS TEXT) FROM `" + c.Name + "` LIMIT 1").Scan(&id) // an empty view has none
		return id
	}
	values := samples(50_000 + n)[c.Name]
	delete(values, "password")
	delete(values, "passwordConfirm")
	return app.Record(c.Name, values).Id
}

func patchOf(collection string) map[string]any {
	switch collection {
	case "pages", "news", "annual_reports":
		return map[string]any{"title": "Judul"}
	case "coop":
		return map[string]any{"tagline": "Bersama"}
	default:
		return map[string]any{"name": "Nama"}
	}
}

// systemIsForManagers: PocketBase's own collections (codes, sessions, superusers) show nothing to others.
func systemIsForManagers(t *testing.T, s server, c *core.Collection, people []caller) {
	t.Helper()
	for _, who := range people {
		if who.role == act.Manager {
			continue
		}
		if done := listed(t, s, "/api/collections/"+c.Name+"/records", who); done != "" {
			t.Errorf("%s lists %s", who.name, c.Name)
		}
		if a := s.ask(t, "POST", "/api/collections/"+c.Name+"/records", who.record, map[string]any{"email": "x@contoh.id", "password": "rahasia-panjang", "passwordConfirm": "rahasia-panjang"}); a.Status < 400 {
			t.Errorf("%s creates %s: %d", who.name, c.Name, a.Status)
		}
	}
}

// TestPocketBasesOwnRoutesForEverybody: what it offers beside records is for managers, or closed.
func TestPocketBasesOwnRoutesForEverybody(t *testing.T) {
	s := serve(t)
	people, owner := callers(s.app)
	var b strings.Builder
	b.WriteString("PocketBase's own routes. yes: let in; closed: shut by the guard, with its reason; -: refused.\n\n")
	head := fmt.Sprintf("%-6s %-46s", "", "")
	for _, who := range people {
		head += fmt.Sprintf(" %-12s", who.name)
	}
	b.WriteString(strings.TrimRight(head, " ") + "\n")
	for _, route := range []string{"GET /api/health", "GET /api/settings", "PATCH /api/settings", "GET /api/logs", "GET /api/crons", "GET /api/backups", "POST /api/backups/upload",
		"POST /api/backups/{key}/restore", "POST /api/sql", "POST /api/batch", "GET /api/collections", "POST /api/collections", "PUT /api/collections/import",
		"POST /api/collections/meta/dry-run-view", "PATCH /api/collections/acts", "DELETE /api/collections/members", "DELETE /api/collections/members/truncate",
		"POST /api/collections/members/impersonate/{id}"} {
		method, path, _ := strings.Cut(route, " ")
		line := fmt.Sprintf("%-6s %-46s", method, path)
		for _, who := range people {
			before := rows(t, s.app)
			var body any
			if method != "GET" {
				body = map[string]any{}
			}
			a := s.ask(t, method, strings.NewReplacer("{id}", owner.Id, "{key}", "none.zip").Replace(path), who.record, body)
			word := "-"
			switch {
			case strings.HasPrefix(a.Body.Code, "guard."):
				word = "closed"
			case a.Status < 300:
				word = "yes"
			}
			unchanged(t, route+" as "+who.name, before, rows(t, s.app))
			line += fmt.Sprintf(" %-12s", word)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	golden(t, "pocketbase.golden", b.String())
}

// TestNobodySeesHiddenFields: what is hidden in a collection reaches no operator and no member.
func TestNobodySeesHiddenFields(t *testing.T) {
	s := serve(t)
	people, owner := callers(s.app)
	unit := s.app.Record("work_units", map[string]any{"code": "A1", "name": "Biro", "officer_name": "Ibu Rahasia", "officer_email": "rahasia@contoh.id"})
	supplier := s.app.Record("suppliers", map[string]any{"number": 1, "name": "CV Satu", "phone": "0812rahasia"})
	product := s.app.Record("products", map[string]any{"number": 1, "name": "Kopi", "price_rupiah": 5000, "cost_rupiah": 4321, "active": true})
	for _, who := range people {
		if who.role == act.Manager {
			continue
		}
		for _, path := range []string{"work_units/records/" + unit.Id, "suppliers/records/" + supplier.Id, "products/records/" + product.Id, "members/records/" + owner.Id, "members/records", "employees/records"} {
			a := s.ask(t, "GET", "/api/collections/"+path, who.record, nil)
			for _, secret := range []string{"ahasia", "4321", "pin_hash", "tokenKey", "password"} {
				if strings.Contains(string(a.Raw), secret) {
					t.Errorf("%s reads %q in %s: %s", who.name, secret, path, a.Raw)
				}
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant, run go test ./hooks/guard -update and read the change\n%s", path, diff(string(want), got))
	}
}

// diff shows the lines that only one of two texts has.
func diff(want, got string) string {
	var b strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, line := range w {
		if !slices.Contains(g, line) {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			b.WriteString("+ " + line + "\n")
		}
	}
	return b.String()
}
