package member

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// staffChange writes one row into the staff list: a new person (no id) or one who is on it.
type staffChange struct {
	row      StaffRow
	id       string
	nip, nik string // blind indexes
	unit     string // code
	unitName string
}

func (c staffChange) at() int { return c.row.Line }

// plain: somebody new is a plain row, which costs a twentieth of a record that PocketBase saves.
func (c staffChange) plain() bool { return c.id == "" }

// ImportEmployees takes in the employer's staff list. It makes nobody a member, and what the list does
// not say stays as it is. Whoever the list leaves out stays on: a list is often one unit's.
func ImportEmployees(ctx context.Context, app core.App, src Source) (document.Report, bool, error) {
	read, rows, problems, err := readList(src)
	if err != nil {
		return document.Report{}, false, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return document.Report{}, false, err
	}
	directory, err := readDirectory(act.Read(app), ring)
	if err != nil {
		return document.Report{}, false, err
	}
	list, err := listHash(rows)
	if err != nil {
		return document.Report{}, false, err
	}
	newer, err := factsSince(act.Read(app), list, sha256.Sum256(src.Data))
	if err != nil {
		return document.Report{}, false, err
	}
	p := planStaff(directory, rows, clock.Of(app).Today(), newer)
	p.problems, p.list = append(problems, p.problems...), list
	employees, err := app.FindCachedCollectionByNameOrId("employees")
	if err != nil {
		return document.Report{}, false, err
	}
	return carryOut(ctx, app, "member.import_employees", src, read, p, peopleChunk, func(tx *act.Tx, part []staffChange) error {
		if part[0].plain() {
			return writeNewStaff(tx, ring, employees, part)
		}
		return writeStaff(tx, ring, employees, part)
	})
}

// listHash knows a list again by what its rows say: sorted anew, or saved as another kind of file, it is the same.
func listHash(rows []StaffRow) (hash [sha256.Size]byte, err error) {
	said := make([]string, len(rows))
	for i, row := range rows {
		row.Line = 0
		one, err := json.Marshal(row)
		if err != nil {
			return hash, err
		}
		said[i] = string(one)
	}
	slices.Sort(said)
	return sha256.Sum256([]byte(strings.Join(said, "\n"))), nil
}

// factsSince finds what became known of people after this very list was first imported: a clerk who brings
// last month's list again moves nobody back. The kinds of facts, by employee. Older imports are known by their bytes.
func factsSince(r act.Reader, list, file [sha256.Size]byte) (map[string][]string, error) {
	newer := map[string][]string{}
	var first int64
	var key string
	err := r.Row(`SELECT a.id, a.key FROM imported_lists l JOIN acts a ON a.id = l.act AND a.kind = 'member.import_employees' WHERE l.hash = ? OR l.hash = ? ORDER BY l.act LIMIT 1`, list[:], file[:]).Scan(&first, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return newer, nil
	}
	if err != nil {
		return nil, err
	}
	err = act.Each(r, `SELECT DISTINCT f.employee, f.kind FROM standing_facts f JOIN acts a ON a.id = f.act
		WHERE f.act > ? AND f.valid_from > ? AND NOT (a.kind = 'member.import_employees_part' AND substr(a.key, 1, ?) = ?)`, []any{first, string(always), len(key) + 1, key + ":"}, func(row act.Scanner) error {
		var employee, kind string
		err := row.Scan(&employee, &kind)
		newer[employee] = append(newer[employee], kind)
		return err
	})
	return newer, err
}

// silence leaves out of a row what is known better.
func silence(row *StaffRow, who *entry, kinds []string) {
	for _, kind := range kinds {
		switch kind {
		case FactUnit:
			who.unit = ""
		case FactGrade:
			row.Grade = ""
		case FactChannel:
			row.Channel = ""
		case FactPay:
			row.Pay = nil
		}
	}
}

// planStaff decides row by row; each row sees what the rows before it will have changed.
func planStaff(d *directory, rows []StaffRow, today clock.Date, newer map[string][]string) (p plan[staffChange]) {
	reject := func(row StaffRow, field string, code document.Code, params fault.Params) {
		p.problems = append(p.problems, document.Problem{Row: row.Line, Field: field, Code: code, Params: params})
	}
	var taken []*entry // whose address the list gives
	for _, row := range rows {
		who := d.described(row)
		if len(who.unit) > maxUnitCode {
			reject(row, "unit_code", "text_too_long", fault.Params{"max": maxUnitCode})
			continue
		}
		if _, known := d.unitNames[who.unit]; who.unit != "" && !known && !UnitCode(who.unit) {
			reject(row, "unit_code", UnitCodeReserved, fault.Params{"code": who.unit})
			continue
		}
		if clock.Date(row.BirthDate) > today {
			reject(row, "birth_date", DateInFuture, nil)
			continue
		}
		e, code := d.match(row)
		if code != "" {
			reject(row, "", code, nil)
			continue
		}
		if e != nil && e.claimed != 0 {
			reject(row, "", PersonRepeated, fault.Params{"first": e.claimed, "line": row.Line})
			continue
		}
		if e != nil {
			silence(&row, &who, newer[e.id])
		}
		change := staffChange{row: row, nip: who.nip, nik: who.nik, unit: who.unit, unitName: row.UnitName}
		var before entry
		if e == nil {
			e = &entry{status: "-"} // no status of the list equals it
			p.created++
			p.changes = append(p.changes, change)
			p.tell(document.RowChange{Row: row.Line, Name: row.Name, New: true})
		} else {
			d.forget(e)
			before = *e
			change.id = e.id
		}
		learn(e, row, who)
		d.index(e)
		if row.Email != "" {
			taken = append(taken, e)
		}
		if _, known := d.unitNames[who.unit]; who.unit != "" && !known {
			d.addUnit(who.unit, row.UnitName)
		}
		if before.claimed = e.claimed; change.id != "" {
			if before == *e {
				p.unchanged++
			} else {
				p.updated++
				p.changes = append(p.changes, change)
				p.tell(document.RowChange{Row: row.Line, Name: e.name, Fields: d.compare(before, *e)})
			}
		}
	}
	p.problems = append(p.problems, d.sharedAddresses(taken)...)
	return p
}

// sharedAddresses doubts each address of a list that stands on another line of the staff list, too.
func (d *directory) sharedAddresses(taken []*entry) (doubts []document.Problem) {
	owners := map[string]int{}
	for _, e := range d.byID {
		if e.active && e.email != "" {
			owners[strings.ToLower(e.email)]++
		}
	}
	for _, e := range taken {
		if e.id == "" { // new: it is not among those
			owners[strings.ToLower(e.email)]++
		}
	}
	for _, e := range taken {
		if owners[strings.ToLower(e.email)] > 1 {
			doubts = append(doubts, document.Problem{Row: e.claimed, Field: "email", Code: EmailShared, Warning: true})
		}
	}
	return doubts
}

// compare lists what a row changes in an entry, in the order of a person's page.
func (d *directory) compare(before, after entry) (fields []document.CellChange) {
	unit := func(code string) string {
		if name := d.unitNames[code]; name != "" && name != code {
			return name + " (" + code + ")"
		}
		return code
	}
	for _, f := range []document.CellChange{{Field: "name", Was: before.name, Now: after.name}, {Field: "office_number", Was: before.office, Now: after.office},
		{Field: "unit_code", Was: unit(before.unit), Now: unit(after.unit)}, {Field: "grade", Was: before.grade, Now: after.grade},
		{Field: "channel", Was: before.channel, Now: after.channel}, {Field: "pay_rupiah", Was: fmt.Sprint(int64(before.pay)), Now: fmt.Sprint(int64(after.pay))},
		{Field: "status", Was: before.status, Now: after.status}, {Field: "birth_date", Was: before.birth, Now: after.birth}, {Field: "sex", Was: before.sex, Now: after.sex},
		{Field: "email", Was: before.email, Now: after.email}, {Field: "phone", Was: before.phone, Now: after.phone}} {
		if f.Was != f.Now {
			fields = append(fields, f)
		}
	}
	if before.nip != after.nip {
		fields = append(fields, document.CellChange{Field: "nip", Sealed: true})
	}
	if before.nik != after.nik {
		fields = append(fields, document.CellChange{Field: "nik", Sealed: true})
	}
	if !before.active {
		fields = append(fields, document.CellChange{Field: "active", Sealed: true})
	}
	return fields
}

// learn puts what a row says into an entry; silence changes nothing.
func learn(e *entry, row StaffRow, who entry) {
	if differ(who.nip, e.nip) || e.nip == "" {
		e.sealed, e.nipOld = "", row.NIP.Old()
	}
	for _, field := range []struct {
		into *string
		said string
	}{{&e.nip, who.nip}, {&e.nik, who.nik}, {&e.office, row.OfficeNumber}, {&e.name, row.Name}, {&e.birth, row.BirthDate}, {&e.unit, who.unit},
		{&e.sex, row.Sex}, {&e.status, row.Status}, {&e.grade, row.Grade}, {&e.channel, row.Channel}, {&e.email, row.Email}, {&e.phone, row.Phone}} {
		if field.said != "" {
			*field.into = field.said
		}
	}
	if row.Pay != nil {
		e.pay = *row.Pay
	}
	e.active, e.claimed = true, row.Line
}

// writeStaff saves what a list says of people who are on it.
func writeStaff(tx *act.Tx, ring *keys.Ring, employees *core.Collection, part []staffChange) error {
	ids := make([]string, 0, len(part))
	for _, c := range part {
		if err := dateFacts(tx, c); err != nil {
			return err
		}
		record, err := tx.App().FindRecordById(employees, c.id)
		if err != nil {
			return fault.Refused("import.changed_meanwhile")
		}
		ids = append(ids, c.id)
		if err := fill(tx, ring, record, c); err != nil {
			return err
		}
		if err := tx.App().SaveNoValidate(record); err != nil {
			return err
		}
	}
	return followStaff(tx, ids)
}

// staffColumns are what a new row of the staff list holds, beside its id and times.
var staffColumns = []string{"name", "work_unit", "office_number", "status", "grade", "channel", "sex", "birth_date", "email", "phone", "nip_sealed", "nip_index", "nik_sealed", "nik_index"}

// writeNewStaff adds people to the list.
func writeNewStaff(tx *act.Tx, ring *keys.Ring, employees *core.Collection, part []staffChange) error {
	query := "INSERT INTO employees(id, active, pay_rupiah, created, updated, " + strings.Join(staffColumns, ", ") + ") VALUES(?, TRUE, ?, ?, ?" + strings.Repeat(", ?", len(staffColumns)) + ")"
	for _, c := range part {
		if err := stillNew(tx, c); err != nil {
			return err
		}
		record := core.NewRecord(employees)
		if err := fill(tx, ring, record, c); err != nil {
			return err
		}
		args := []any{core.GenerateDefaultRandomId(), record.GetInt("pay_rupiah"), stamp(tx), stamp(tx)}
		for _, column := range staffColumns {
			args = append(args, record.GetString(column))
		}
		if err := tx.Exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// dateFacts notes since today what the row says else of somebody who is on the list: a move is one fact.
func dateFacts(tx *act.Tx, c staffChange) error {
	said := ChangeFacts{Pay: c.row.Pay}
	if c.unit != "" {
		unit, err := ensureUnit(tx, c.unit, c.unitName)
		if err != nil {
			return err
		}
		said.Unit = &unit
	}
	if c.row.Grade != "" {
		said.Grade = &c.row.Grade
	}
	if c.row.Channel != "" {
		said.Channel = &c.row.Channel
	}
	for kind, value := range said.values() {
		if _, err := writeFact(tx, c.id, kind, value, tx.Today()); err != nil {
			return err
		}
	}
	return nil
}

// stillNew refuses when somebody else wrote the same person since the plan was made.
func stillNew(tx *act.Tx, c staffChange) error {
	var known bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM employees WHERE nip_index = ? AND nip_index != '') OR EXISTS(SELECT 1 FROM employees WHERE nik_index = ? AND nik_index != '')",
		c.nip, c.nik).Scan(&known); err != nil {
		return err
	}
	if known {
		return fault.Refused("import.changed_meanwhile")
	}
	return nil
}

// fill puts what the row says into a record. Personal numbers are sealed; a number that is already
// there is not sealed anew.
func fill(tx *act.Tx, ring *keys.Ring, record *core.Record, c staffChange) error {
	row := c.row
	for field, said := range map[string]string{"office_number": row.OfficeNumber, "name": row.Name, "birth_date": row.BirthDate, "sex": row.Sex,
		"status": row.Status, "grade": row.Grade, "channel": row.Channel, "email": row.Email, "phone": row.Phone} {
		if said != "" {
			record.Set(field, said)
		}
	}
	for field, number := range map[string][2]string{"nip": {string(row.NIP), c.nip}, "nik": {string(row.NIK), c.nik}} {
		if number[0] != "" && record.GetString(field+"_index") != number[1] {
			record.Set(field+"_sealed", ring.Seal(number[0]))
			record.Set(field+"_index", number[1])
		}
	}
	if row.Pay != nil {
		record.Set("pay_rupiah", int64(*row.Pay))
	}
	if record.GetString("status") == "" {
		record.Set("status", usualStatus(row.NIP))
	}
	record.Set("active", true)
	if c.unit == "" {
		return nil
	}
	unit, err := ensureUnit(tx, c.unit, c.unitName)
	record.Set("work_unit", unit)
	return err
}

// usualStatus is what a number tells of its owner when the list is silent.
func usualStatus(nip NIP) string {
	switch {
	case nip == "":
		return "other"
	case nip.CountsContracts():
		return "contract_servant"
	}
	return "civil_servant"
}

// ensureUnit finds a work unit by its code, or makes it. The name of one that exists is left alone:
// a clerk's spelling in one list does not rename a unit.
func ensureUnit(tx *act.Tx, code, name string) (id string, err error) {
	err = tx.Row("SELECT id FROM work_units WHERE code = ?", code).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if !UnitCode(code) {
		return "", fault.Refused("guard.unit_code", fault.Params{"code": code})
	}
	if name == "" {
		name = code
	}
	id = core.GenerateDefaultRandomId()
	return id, tx.Exec("INSERT INTO work_units(id, code, name, created, updated) VALUES(?, ?, ?, ?, ?)", id, code, name, stamp(tx), stamp(tx))
}

// followStaff carries new names and units of employees over to those of them who are members.
func followStaff(tx *act.Tx, employees []string) error {
	if len(employees) == 0 {
		return nil
	}
	ids, err := json.Marshal(employees)
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE members SET name = e.name, work_unit = e.work_unit, updated = ? FROM employees e
		WHERE e.id = members.employee AND members.status <> ? AND members.employee IN (SELECT value FROM json_each(?))
		AND (members.name <> e.name OR members.work_unit <> e.work_unit)`, stamp(tx), string(Left), string(ids))
}
