// What keeps `enrollments.is_homeroom` the same as the class type of the course, whatever path writes either of them. It is
// there since an index can look at one table only, and a person is in one homeroom at a time.

const isHomeroom = `(SELECT class_type = 'homeroom' FROM courses WHERE course_id = new.course_id)`

const enrollmentTrigger = (name: string, event: string) => ({
  [name]: `CREATE TRIGGER ${name} AFTER ${event} ON enrollments
      WHEN new.is_homeroom <> ${isHomeroom}
      BEGIN UPDATE enrollments SET is_homeroom = 1 - new.is_homeroom WHERE enrollment_id = new.enrollment_id; END`,
})

export const homeroomTriggers = {
  ...enrollmentTrigger('tr_enrollments_homeroom_insert', 'INSERT'),
  ...enrollmentTrigger('tr_enrollments_homeroom_update', 'UPDATE OF course_id, is_homeroom'),
}

export const classTypeTrigger = {
  tr_courses_homeroom: `CREATE TRIGGER tr_courses_homeroom AFTER UPDATE OF class_type ON courses
      WHEN new.class_type <> old.class_type
      BEGIN UPDATE enrollments SET is_homeroom = (new.class_type = 'homeroom') WHERE course_id = new.course_id; END`,
}
