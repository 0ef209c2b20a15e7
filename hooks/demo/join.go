package demo

import (
	"fmt"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
)

// person is somebody on the way into the co-op, with habits that the books don't know.
type person struct {
	*employee
	record    string // on the staff list
	number    int64
	status    member.Status
	serial    int64
	card      string
	visits    int // in twenty working days
	mandate   bool
	joins     bool // some are invited and never answer
	known     bool // a printed login: stays, and keeps the mandate
	pin       string
	principal string
	voluntary money.Rupiah
}

// firstWave is how many of a hundred members join at the founding; silent is how many of a hundred who
// are invited later never answer.
const (
	firstWave = 45
	silent    = 6
	loginsOf  = 2 // members whose logins are printed
)

// enlist imports the employer's staff list and decides who will join, in which order.
func (b *builder) enlist() error {
	b.staff = inventStaff(b.rng, b.Members*172/100, b.Today)
	file, err := staffFile(b.staff)
	if err != nil {
		return err
	}
	report, _, err := member.ImportEmployees(b.ctx, b.app, member.Source{Name: "pegawai.csv", Data: file, Key: b.key(), By: b.crew.manager, Language: "id"})
	if err != nil {
		return err
	}
	if report.Created != len(b.staff) || len(report.Warnings) > 0 {
		return fmt.Errorf("the staff list: %+v", report)
	}
	for _, u := range workUnits {
		r, err := b.app.FindFirstRecordByData("work_units", "code", u.code)
		if err != nil {
			continue // a small demo may have nobody there
		}
		r.Set("officer_name", u.officer)
		r.Set("officer_email", "gaji."+u.code+"@pegawai.example")
		if err := b.app.Save(r); err != nil {
			return err
		}
	}
	ids := map[string]string{}
	err = act.Each(act.Read(b.app), "SELECT office_number, id FROM employees", nil, func(row act.Scanner) error {
		var office, id string
		err := row.Scan(&office, &id)
		ids[office] = id
		return err
	})
	for _, i := range b.rng.Perm(len(b.staff))[:b.Members*115/100] {
		b.queue = append(b.queue, b.imagine(&b.staff[i], ids[b.staff[i].office], len(b.queue)))
	}
	return err
}

// imagine gives somebody habits.
func (b *builder) imagine(e *employee, record string, place int) *person {
	p := &person{employee: e, record: record, joins: true, principal: "cash"}
	p.visits = []int{0, 2, 4, 6, 9}[pick(b.rng, []int{8, 22, 34, 24, 12})]
	p.voluntary = []money.Rupiah{0, 50_000, 100_000, 200_000}[pick(b.rng, []int{40, 30, 20, 10})]
	wave := b.Members * firstWave / 100
	if b.rng.IntN(100) < 40 && place >= wave {
		p.principal = "payroll"
	}
	if place < max(loginsOf, makersCount) {
		p.known, p.visits, p.voluntary = place < loginsOf, 7, 100_000
		return p
	}
	p.joins = place < wave || b.rng.IntN(100) >= silent
	return p
}

// most is what somebody lets the payroll officer deduct in a month.
func (p *person) most() money.Rupiah {
	switch {
	case p.pay < 4_800_000:
		return 1_000_000
	case p.pay < 6_500_000:
		return 1_500_000
	}
	return 2_500_000
}

// welcome invites and takes in the first wave.
func (b *builder) welcome() error {
	wave := b.queue[:b.Members*firstWave/100]
	if err := b.invite(len(wave)); err != nil {
		return err
	}
	if err := b.join(wave); err != nil {
		return err
	}
	return b.giveLogins(wave[:loginsOf])
}

// invite asks the next people in the queue.
func (b *builder) invite(count int) error {
	count = min(count, len(b.queue))
	if count == 0 {
		return nil
	}
	asked := b.queue[:count]
	b.queue = b.queue[count:]
	employees := make([]string, count)
	for i, p := range asked {
		employees[i] = p.record
	}
	out, _, err := member.InviteEmployees(b.ctx, b.app, b.key(), b.crew.manager, member.Invite{Employees: employees})
	if err != nil {
		return err
	}
	for i, invited := range out.Invited {
		asked[i].number = invited.Number
	}
	b.people = append(b.people, asked...)
	return nil
}

// join takes people in one by one: each signed a mandate of their own.
func (b *builder) join(people []*person) error {
	today := clock.Of(b.app).Today()
	for _, p := range people {
		b.tick()
		out, _, err := member.JoinMembers(b.ctx, b.app, b.key(), b.crew.manager, "id", member.Join{Members: []int64{p.number},
			ConsentReference: fmt.Sprintf("FORM-%04d/%d", p.number, today.Year()), ConsentDate: today,
			MandateReference: fmt.Sprintf("SK-%04d/PG/%d", p.number, today.Year()), MandateMax: p.most(), Voluntary: p.voluntary, Principal: p.principal})
		if err != nil {
			return err
		}
		if len(out.Refused) > 0 {
			return fmt.Errorf("joining: %+v", out.Refused)
		}
		p.mandate = true
	}
	return b.meet()
}

// waiting are the invited who will join.
func (b *builder) waiting() []*person {
	return slices.DeleteFunc(slices.Clone(b.people), func(p *person) bool { return !p.joins || p.status != member.Invited })
}

// meet reads from the register how far everybody has come, and makes the cards that changed.
func (b *builder) meet() error {
	type seen struct {
		status member.Status
		serial int64
	}
	register := make(map[int64]seen, len(b.people))
	err := act.Each(act.Read(b.app), "SELECT number, status, card_serial FROM members", nil, func(row act.Scanner) error {
		var number int64
		var s seen
		err := row.Scan(&number, &s.status, &s.serial)
		register[number] = s
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range b.people {
		now := register[p.number]
		if p.status = now.status; now.serial == p.serial || now.serial == 0 {
			continue
		}
		p.serial = now.serial
		if p.card, err = member.EncodeCard(b.ring, member.Card{Member: p.number, Serial: p.serial}); err != nil {
			return err
		}
	}
	return nil
}

// giveLogins makes passwords for the members whose logins are printed, and a PIN for the first.
func (b *builder) giveLogins(people []*person) error {
	for i, p := range people {
		r, err := b.app.FindFirstRecordByData("members", "number", p.number)
		if err != nil {
			return err
		}
		secret := password()
		r.SetPassword(secret)
		if err := b.app.Save(r); err != nil {
			return err
		}
		b.built.Logins = slices.Insert(b.built.Logins, i, Login{memberDoor, string(act.Member), member.PrintNumber(p.number), secret})
		if b.built.PIN != "" {
			continue
		}
		p.pin = digits()
		if _, _, err := member.ChoosePIN(b.ctx, b.app, b.key(), act.ActorOf(r), member.SetPIN{PIN: p.pin}); err != nil {
			return err
		}
		b.built.PIN = p.pin
	}
	return nil
}
