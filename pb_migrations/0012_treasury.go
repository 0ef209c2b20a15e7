package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), treasuryTables, treasuryTriggers()); err != nil {
			return err
		}
		return treasuryCollections(txApp)
	}, nil, "0012_treasury.go")
}

// What happened to the co-op's money outside the shop. Amounts are whole rupiah; a bank counts in sen
// (hundredths), so its lines are kept in sen. Bodies of requests hold ids and amounts; what people write
// in words stands in act_notes and bank_line_texts, which can be erased.
var treasuryTables = []string{
	`CREATE TABLE treasury_requests(act INTEGER PRIMARY KEY REFERENCES acts(id), amount INTEGER NOT NULL CHECK(amount > 0), body TEXT NOT NULL) STRICT`,
	`CREATE TABLE treasury_decisions(request INTEGER PRIMARY KEY REFERENCES treasury_requests(act), approved INTEGER NOT NULL CHECK(approved = 0 OR approved = 1),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE treasury_moves(
		entry INTEGER PRIMARY KEY REFERENCES journal(id),
		kind TEXT NOT NULL CHECK(kind = 'expense' OR kind = 'supplier' OR kind = 'consignor' OR kind = 'leaver' OR kind = 'refund' OR kind = 'debt' OR kind = 'transfer'),
		place TEXT NOT NULL, target TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0), fee INTEGER NOT NULL CHECK(fee BETWEEN 0 AND amount),
		held INTEGER NOT NULL CHECK(held BETWEEN 0 AND amount),
		request INTEGER REFERENCES treasury_requests(act), voucher TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX treasury_moves_request ON treasury_moves(request) WHERE request IS NOT NULL`,
	`CREATE TABLE treasury_reversals(move INTEGER PRIMARY KEY REFERENCES treasury_moves(entry), entry INTEGER NOT NULL REFERENCES journal(id),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,

	`CREATE TABLE bank_layouts(id INTEGER PRIMARY KEY, bank INTEGER NOT NULL, layout TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE bank_lines(id INTEGER PRIMARY KEY, bank INTEGER NOT NULL, date TEXT NOT NULL, sen INTEGER NOT NULL CHECK(sen <> 0),
		hash BLOB NOT NULL CHECK(length(hash) = 32), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX bank_lines_hash ON bank_lines(hash)`,
	`CREATE INDEX bank_lines_bank ON bank_lines(bank, date, id)`,
	`CREATE TABLE bank_line_texts(line INTEGER PRIMARY KEY REFERENCES bank_lines(id), text TEXT NOT NULL) STRICT`,
	`CREATE TABLE bank_statements(act INTEGER PRIMARY KEY REFERENCES acts(id), bank INTEGER NOT NULL, first_date TEXT NOT NULL, last_date TEXT NOT NULL,
		opening INTEGER, closing INTEGER, lines INTEGER NOT NULL CHECK(lines > 0), added INTEGER NOT NULL CHECK(added BETWEEN 0 AND lines)) STRICT`,
	`CREATE INDEX bank_statements_bank ON bank_statements(bank, first_date)`,
	`CREATE TABLE bank_matches(id INTEGER PRIMARY KEY, bank INTEGER NOT NULL, amount INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE bank_match_lines(match INTEGER NOT NULL REFERENCES bank_matches(id), line INTEGER NOT NULL REFERENCES bank_lines(id), PRIMARY KEY(match, line)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX bank_match_lines_line ON bank_match_lines(line)`,
	`CREATE TABLE bank_match_entries(match INTEGER NOT NULL REFERENCES bank_matches(id), entry INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(match, entry, line),
		FOREIGN KEY(entry, line) REFERENCES journal_lines(entry, line)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX bank_match_entries_entry ON bank_match_entries(entry, line)`,
	`CREATE TABLE bank_unmatches(match INTEGER PRIMARY KEY REFERENCES bank_matches(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
}

// treasuryTriggers keep these tables append-only, and each line in one standing match.
func treasuryTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"treasury_requests", "act = NEW.act"}, {"treasury_decisions", "request = NEW.request"}, {"treasury_moves", "entry = NEW.entry OR request = NEW.request"},
		{"treasury_reversals", "move = NEW.move"}, {"bank_layouts", "id = NEW.id"}, {"bank_lines", "id = NEW.id OR hash = NEW.hash"}, {"bank_statements", "act = NEW.act"},
		{"bank_matches", "id = NEW.id"}, {"bank_match_lines", "match = NEW.match AND line = NEW.line"},
		{"bank_match_entries", "match = NEW.match AND entry = NEW.entry AND line = NEW.line"}, {"bank_unmatches", "match = NEW.match"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS(SELECT 1 FROM %s WHERE %s) BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.table, t.same, t.table))
	}
	return append(all,
		`CREATE TRIGGER bank_match_lines_once BEFORE INSERT ON bank_match_lines WHEN EXISTS(SELECT 1 FROM bank_match_lines p WHERE p.line = NEW.line
			AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = p.match)) BEGIN SELECT RAISE(FAIL, 'the bank line is matched already'); END`,
		`CREATE TRIGGER bank_match_entries_once BEFORE INSERT ON bank_match_entries WHEN EXISTS(SELECT 1 FROM bank_match_entries p WHERE p.entry = NEW.entry AND p.line = NEW.line
			AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = p.match)) BEGIN SELECT RAISE(FAIL, 'the journal line is matched already'); END`,
		`CREATE TRIGGER bank_line_texts_no_update BEFORE UPDATE ON bank_line_texts BEGIN SELECT RAISE(ABORT, 'a text is erased, never rewritten'); END`,
	)
}

// categories of the default chart; one whose account a co-op doesn't have is not offered.
var expenseCategories = []struct {
	name, nameEn string
	account      int
}{
	{"Listrik, air, internet", "Power, water, internet", 6102}, {"Gaji karyawan", "Staff pay", 6101}, {"Perlengkapan toko dan kantor", "Shop and office supplies", 6106},
	{"Rapat anggota (RAT)", "Members' meeting", 6201}, {"Pendidikan anggota", "Members' education", 6202}, {"Honor pengurus dan pengawas", "Board and supervisors' fees", 6203},
	{"Biaya QRIS", "QRIS fees", 6104}, {"Biaya administrasi bank", "Bank charges", 7201}, {"Lain-lain", "Other", 7201},
}

func treasuryCollections(txApp core.App) error {
	lay := func(name string, read *string, fields ...core.Field) *core.Collection {
		c := core.NewBaseCollection(name)
		c.ListRule, c.ViewRule = read, read
		c.Fields.Add(fields...)
		c.Fields.Add(&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
		return c
	}
	banks := lay("bank_accounts", rule(bookkeeper),
		&core.NumberField{Name: "number", OnlyInt: true, System: true, Required: true, Min: ptr(1)}, &core.TextField{Name: "name", Max: 60, Required: true},
		&core.TextField{Name: "account_number", Max: 40, Hidden: true}, &core.BoolField{Name: "closed"})
	banks.AddIndex("idx_bank_accounts_number", true, "`number`", "")
	categories := lay("expense_categories", rule(bookkeeper),
		&core.TextField{Name: "name", Max: 80, Required: true}, &core.TextField{Name: "name_en", Max: 80},
		&core.NumberField{Name: "account", OnlyInt: true, Required: true, Min: ptr(1000), Max: ptr(999999)}, &core.NumberField{Name: "sort", OnlyInt: true, Min: ptr(0)}, &core.BoolField{Name: "closed"})
	categories.AddIndex("idx_expense_categories_name", true, "`name`", "")
	// A voucher's picture or PDF: kept from everybody's eyes, read through a route for the bookkeepers.
	vouchers := lay("payment_vouchers", nil,
		&core.FileField{Name: "file", Required: true, Protected: true, MaxSelect: 1, MaxSize: 10 << 20, MimeTypes: []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}})
	for _, c := range []*core.Collection{banks, categories, vouchers} {
		if err := txApp.Save(c); err != nil {
			return err
		}
	}
	main := core.NewRecord(banks)
	main.Load(map[string]any{"id": "bankaccount0001", "number": 1, "name": "Bank utama"})
	if err := txApp.SaveNoValidate(main); err != nil {
		return err
	}
	for i, e := range expenseCategories {
		r := core.NewRecord(categories)
		r.Load(map[string]any{"id": fmt.Sprintf("expensecat%05d", i+1), "name": e.name, "name_en": e.nameEn, "account": e.account, "sort": i + 1})
		if err := txApp.SaveNoValidate(r); err != nil {
			return err
		}
	}
	return nil
}
