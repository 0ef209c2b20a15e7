package member

import (
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
)

// entry is one person of the staff list as the co-op has them. Numbers are blind indexes.
type entry struct {
	id, nip, nik              string
	office, name, birth, unit string // unit: its code
	sex, status, grade        string
	channel                   string // never empty
	email, phone              string
	pay                       money.Rupiah
	active                    bool
	sealed                    string // the NIP as it is stored
	nipOld                    bool   // the NIP that this file gave has nine digits
	claimed                   int    // the line of this file that spoke of the person
}

// directory finds people of the staff list the way an import matches them.
type directory struct {
	ring      *keys.Ring
	byID      map[string]*entry
	byNIP     map[string]*entry
	byNIK     map[string]*entry
	byOffice  map[string][]*entry
	byName    map[string][]*entry // name, birth date and unit
	unitNames map[string]string   // code → name
	unitCodes map[string]string   // name → code
}

// readDirectory reads the whole staff list: 100,000 people are some 40 MB, and an import needs them all.
func readDirectory(r act.Reader, ring *keys.Ring) (*directory, error) {
	d := &directory{ring: ring, byID: map[string]*entry{}, byNIP: map[string]*entry{}, byNIK: map[string]*entry{}, byOffice: map[string][]*entry{},
		byName: map[string][]*entry{}, unitNames: map[string]string{}, unitCodes: map[string]string{}}
	err := act.Each(r, "SELECT code, name FROM work_units ORDER BY code", nil, func(row act.Scanner) error {
		var code, name string
		err := row.Scan(&code, &name)
		d.addUnit(code, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = act.Each(r, `SELECT e.id, e.nip_index, e.nik_index, e.office_number, e.name, e.birth_date, coalesce(u.code, ''), e.sex, e.status, e.grade, e.channel,
		e.email, e.phone, e.pay_rupiah, e.active, e.nip_sealed FROM employees e LEFT JOIN work_units u ON u.id = e.work_unit ORDER BY e.rowid`, nil, func(row act.Scanner) error {
		e := &entry{}
		err := row.Scan(&e.id, &e.nip, &e.nik, &e.office, &e.name, &e.birth, &e.unit, &e.sex, &e.status, &e.grade, &e.channel, &e.email, &e.phone, &e.pay, &e.active, &e.sealed)
		e.channel = usualChannel(e.channel)
		d.byID[e.id] = e
		d.index(e)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Who has no number is found under the units of before, too: the list may be older than the move.
	err = act.Each(r, "SELECT DISTINCT f.employee, u.code FROM standing_facts f JOIN work_units u ON u.id = f.value WHERE f.kind = 'unit'", nil, func(row act.Scanner) error {
		var id, code string
		if err := row.Scan(&id, &code); err != nil {
			return err
		}
		if e := d.byID[id]; e != nil && code != e.unit {
			if key := nameKey(e.name, e.birth, code); key != "" {
				d.byName[key] = append(d.byName[key], e)
			}
		}
		return nil
	})
	return d, err
}

func (d *directory) addUnit(code, name string) {
	d.unitNames[code] = name
	if _, known := d.unitCodes[sameText(name)]; !known {
		d.unitCodes[sameText(name)] = code
	}
}

// index lets an entry be found by what is known of it.
func (d *directory) index(e *entry) {
	if e.nip != "" {
		d.byNIP[e.nip] = e
	}
	if e.nik != "" {
		d.byNIK[e.nik] = e
	}
	if e.office != "" {
		d.byOffice[sameText(e.office)] = append(d.byOffice[sameText(e.office)], e)
	}
	if key := nameKey(e.name, e.birth, e.unit); key != "" {
		d.byName[key] = append(d.byName[key], e)
	}
}

// forget takes an entry out of the indexes before it changes.
func (d *directory) forget(e *entry) {
	delete(d.byNIP, e.nip)
	delete(d.byNIK, e.nik)
	without := func(m map[string][]*entry, key string) {
		kept := m[key][:0:0]
		for _, other := range m[key] {
			if other != e {
				kept = append(kept, other)
			}
		}
		m[key] = kept
	}
	without(d.byOffice, sameText(e.office))
	without(d.byName, nameKey(e.name, e.birth, e.unit))
}

// nameKey is empty unless all three are known: a name alone is nobody's.
func nameKey(name, birth, unit string) string {
	if name == "" || birth == "" || unit == "" {
		return ""
	}
	return sameText(name) + "\n" + birth + "\n" + unit
}

// described is a row's identity in the terms of the directory.
func (d *directory) described(row StaffRow) entry {
	return entry{nip: d.ring.Index("nip", string(row.NIP)), nik: d.ring.Index("nik", string(row.NIK)), office: row.OfficeNumber,
		name: row.Name, birth: row.BirthDate, unit: d.unitCode(row)}
}

// match finds whom a row speaks of: by NIP, then NIK, then office number, then name with birth date
// and unit. Two who fit, or numbers that belong to two people, are ambiguous; nil without a code is
// somebody new. By NIK a person may have got another NIP; by anything weaker, a number that
// contradicts is another person.
func (d *directory) match(row StaffRow) (*entry, document.Code) {
	who := d.described(row)
	byNIP, byNIK := d.byNIP[who.nip], d.byNIK[who.nik]
	switch {
	case byNIP != nil && byNIK != nil && byNIP != byNIK:
		return nil, Ambiguous
	case byNIP != nil:
		return byNIP, ""
	case byNIK != nil:
		return byNIK, ""
	}
	for _, candidates := range [][]*entry{d.byOffice[sameText(who.office)], d.byName[nameKey(who.name, who.birth, who.unit)]} {
		var fits []*entry
		for _, e := range candidates {
			if !d.otherNIP(e, row, who.nip) && !differ(e.nik, who.nik) && !differ(sameText(e.office), sameText(who.office)) {
				fits = append(fits, e)
			}
		}
		switch len(fits) {
		case 0:
		case 1:
			return fits[0], ""
		default:
			return nil, Ambiguous
		}
	}
	return nil, ""
}

// otherNIP says that two NIPs are of two people. A number of nine digits and one of eighteen may be the
// same person's, before and after the change of the system.
func (d *directory) otherNIP(e *entry, row StaffRow, nip string) bool {
	if !differ(e.nip, nip) {
		return false
	}
	old := e.nipOld
	if e.sealed != "" {
		text, err := d.ring.Open(e.sealed)
		old = err == nil && NIP(text).Old()
	}
	return old == row.NIP.Old()
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

// unitCode is the code of the row's work unit: as written, or found by its name, or made from it.
func (d *directory) unitCode(row StaffRow) string {
	if row.UnitCode != "" || row.UnitName == "" {
		return row.UnitCode
	}
	if code, known := d.unitCodes[sameText(row.UnitName)]; known {
		return code
	}
	code := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(row.UnitName))
	return code[:min(len(code), maxUnitCode)]
}

// maxUnitCode is what a work unit's code may be long.
const maxUnitCode = 30
