package act

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
)

// one is a statement's first row. It runs when it is scanned, on the driver's own statement: database/sql
// around each of a sale's nine reads was a tenth of the writer's time.
type one struct {
	p     *prepared
	query string
	args  []any
}

func (o one) Scan(dest ...any) error {
	s, err := o.p.statement(o.query)
	if err != nil {
		return err
	}
	values, err := o.p.bind(o.query, o.args)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(background, values)
	if err != nil {
		return err
	}
	if err := scan(rows, o.p.first[:0], dest); err != nil {
		_ = rows.Close()
		return err
	}
	return rows.Close()
}

// scan reads the first row; row is room for its values.
func scan(rows driver.Rows, row []driver.Value, dest []any) error {
	row = append(row, make([]driver.Value, len(dest))...)
	if n := len(rows.Columns()); n != len(dest) {
		return fmt.Errorf("act: %d columns into %d places", n, len(dest))
	}
	if err := rows.Next(row); err == io.EOF {
		return sql.ErrNoRows
	} else if err != nil {
		return err
	}
	for i, value := range row {
		if err := assign(dest[i], value); err != nil {
			return fmt.Errorf("act: column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign puts a value of SQLite's into a place of the kind that fits. It is stricter than database/sql: a
// text is no number, and a fraction no integer.
func assign(dest any, value driver.Value) error {
	switch to := dest.(type) {
	case *int64:
		if v, ok := value.(int64); ok {
			*to = v
			return nil
		}
	case *string:
		if v, ok := value.(string); ok {
			*to = v
			return nil
		}
	case *[]byte:
		if v, ok := value.([]byte); ok {
			*to = v // the driver made it for this row
			return nil
		}
	case sql.Scanner:
		return to.Scan(value)
	}
	return assignByKind(dest, value)
}

func assignByKind(dest any, value driver.Value) error {
	to := reflect.ValueOf(dest)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("%T is no place for a value", dest)
	}
	to = to.Elem()
	switch v := value.(type) {
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.Kind() == reflect.Bool && (v == 0 || v == 1):
			to.SetBool(v == 1)
			return nil
		case to.CanFloat():
			to.SetFloat(float64(v))
			return nil
		}
	case float64:
		switch {
		case to.CanFloat():
			to.SetFloat(v)
			return nil
		case to.CanInt() && v == float64(int64(v)) && !to.OverflowInt(int64(v)):
			to.SetInt(int64(v))
			return nil
		}
	case string:
		switch {
		case to.Kind() == reflect.String:
			to.SetString(v)
			return nil
		case to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8:
			to.SetBytes([]byte(v))
			return nil
		}
	case []byte:
		switch {
		case to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8:
			to.SetBytes(v)
			return nil
		case to.Kind() == reflect.String:
			to.SetString(string(v))
			return nil
		}
	case nil:
		if to.Kind() == reflect.Slice || to.Kind() == reflect.Pointer {
			to.SetZero()
			return nil
		}
	}
	return fmt.Errorf("%T does not fit into %T", value, dest)
}
